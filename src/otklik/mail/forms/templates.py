"""What a kind of letter is to say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.mail.actions.setting_up.templates import Said
from otklik.people.forms.base import Form


class TemplateForm(Form):
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea({"rows": 12}))
    signature = forms.CharField(
        label=_("Signature"), required=False, widget=forms.Textarea({"rows": 3})
    )
    is_sent = forms.BooleanField(label=_("Such letters are sent"), required=False)

    def said(self) -> Said:
        values = self.cleaned_data
        return Said(
            subject=values["subject"],
            body=values["body"],
            signature=values["signature"],
            is_sent=values["is_sent"],
        )
