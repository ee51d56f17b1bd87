from django.urls import URLPattern, URLResolver, path

from otklik.mail.views import answering, letters

urlpatterns: list[URLPattern | URLResolver] = [
    path("mail/", letters.log, name="mail_log"),
    path("mail/quarantine/", letters.quarantine, name="mail_quarantine"),
    path("mail/rules/<int:rule_id>/ending/", letters.rule_ending, name="mail_rule_ending"),
    path("mail/letters/<int:letter_id>/", letters.letter, name="mail_letter"),
    path("mail/letters/<int:letter_id>/raw/", letters.raw, name="mail_letter_raw"),
    path("mail/letters/<int:letter_id>/settling/", letters.settling, name="mail_letter_settling"),
    path("answers/<str:token>/", answering.mailed_answer, name="mailed_answer"),
]
