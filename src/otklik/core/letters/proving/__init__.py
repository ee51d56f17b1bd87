"""Whether a letter comes from where it says: SPF, DKIM and DMARC, checked by ourselves."""
