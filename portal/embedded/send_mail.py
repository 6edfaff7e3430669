"""`make mail`: sends the running portal one mail over SMTP."""

from __future__ import annotations

import os
import smtplib
import sys
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

USAGE = 'make mail TO=bd@mimap.com FROM=dana@example.com SUBJECT="My data" BODY="Send me a copy of my data."'


def main(arguments: list[str]) -> int:
    """``FROM TO SUBJECT BODY``; the exit status is 0 when the portal took it."""
    sender, recipient, subject, body = (*arguments, "", "", "", "")[:4]
    missing = [name for name, value in (("FROM", sender), ("TO", recipient)) if "@" not in value]
    if not (subject or body):
        missing.append("BODY")
    if missing:
        print(f"{' and '.join(missing)} missing. For example:\n  {USAGE}")
        return 2
    port = int(os.environ.get("MAIL_PORT", "2525"))
    try:
        mail = EmailMessage()
        mail["From"], mail["To"] = sender, recipient
        mail["Subject"] = " ".join(subject.split())
        mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="localhost")
        mail.set_content(body or subject)
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
            server.send_message(mail, sender, [recipient])
    except ValueError:
        print("FROM or TO is no address that can stand in a mail.")
        return 2
    except smtplib.SMTPRecipientsRefused:
        print(f"The portal takes no mail for {recipient}. Its mailboxes are those the two policies name.")
        return 1
    except ConnectionRefusedError:
        print(f"The portal is not running: nothing listens on 127.0.0.1 port {port}. Start it with: make run")
        return 1
    except (smtplib.SMTPException, OSError) as error:
        answer = f" ({error.args[0]})" if isinstance(error, smtplib.SMTPResponseException) else ""
        print(f"The portal did not take the mail{answer}. Its own messages are where make run was started.")
        return 1
    print(f"Taken. The answer appears at http://localhost:{os.environ.get('PORT', '8000')}/mailroom/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
