from django.urls import URLPattern, URLResolver, include, path

from otklik.mail.views import (
    answering,
    letters,
    outbox,
    senders,
    setup_mailboxes,
    spam,
    taking_apart,
    templates,
    wanting,
)

mailbox_patterns: list[URLPattern | URLResolver] = [
    path("", setup_mailboxes.mailbox, name="setup_mailbox"),
    path("rest/", setup_mailboxes.mailbox_rest, name="setup_mailbox_rest"),
    path("work/", setup_mailboxes.mailbox_work, name="setup_mailbox_work"),
    path("removal/", setup_mailboxes.mailbox_removal, name="setup_mailbox_removal"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("setup/mailboxes/", setup_mailboxes.mailboxes, name="setup_mailboxes"),
    path("setup/mailboxes/new/", setup_mailboxes.new_mailbox, name="setup_new_mailbox"),
    path("setup/mailboxes/<int:mailbox_id>/", include(mailbox_patterns)),
    path("mail/", letters.log, name="mail_log"),
    path("mail/quarantine/", letters.quarantine, name="mail_quarantine"),
    path("mail/rules/<int:rule_id>/ending/", letters.rule_ending, name="mail_rule_ending"),
    path("tickets/<str:number>/letters/", letters.of_ticket, name="mail_ticket_letters"),
    path("tickets/<str:number>/spam/", spam.ticket_spam, name="mail_ticket_spam"),
    path("tickets/<str:number>/spam/ending/", spam.ticket_no_spam, name="mail_ticket_no_spam"),
    path("tickets/<str:number>/apart/", taking_apart.apart, name="mail_ticket_apart"),
    path("mail/letters/<int:letter_id>/", letters.letter, name="mail_letter"),
    path("mail/letters/<int:letter_id>/raw/", letters.raw, name="mail_letter_raw"),
    path("mail/letters/<int:letter_id>/settling/", letters.settling, name="mail_letter_settling"),
    path("answers/<str:token>/", answering.mailed_answer, name="mailed_answer"),
    path("stop/<str:token>/", wanting.mailed_stop, name="mailed_stop"),
    path("mail/outbox/", outbox.letters, name="mail_outbox"),
    path("mail/outbox/<int:outgoing_id>/sending/", outbox.sending, name="mail_sending"),
    path("setup/senders/", senders.senders, name="setup_senders"),
    path("setup/senders/new/", senders.new_sender, name="setup_new_sender"),
    path("setup/senders/<int:sender_id>/", senders.sender, name="setup_sender"),
    path("setup/senders/<int:sender_id>/trial/", senders.sender_trial, name="setup_sender_trial"),
    path(
        "setup/senders/<int:sender_id>/removal/",
        senders.sender_removal,
        name="setup_sender_removal",
    ),
    path("setup/letters/", templates.templates, name="setup_letters"),
    path("setup/letters/<slug:kind>/<str:language>/", templates.template, name="setup_letter"),
    path(
        "setup/letters/<slug:kind>/<str:language>/trial/",
        templates.template_trial,
        name="setup_letter_trial",
    ),
    path(
        "setup/letters/<slug:kind>/<str:language>/removal/",
        templates.template_removal,
        name="setup_letter_removal",
    ),
]
