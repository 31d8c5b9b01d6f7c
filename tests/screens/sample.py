"""An invented case and queue, as finished Readings: what the screens are drawn from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from responder.lexicon import vocabulary
from responder.queue import Row, View
from responder.reading import (
    NOTHING,
    Agreement,
    Change,
    FileLine,
    Letter,
    Reading,
    Reason,
    Regrading,
    Said,
    Text,
    Unknown,
    Words,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDING, _ = vocabulary("en", ())


def ago(minutes: int) -> datetime:
    """A moment so many minutes before now."""
    return NOW - timedelta(minutes=minutes)


def arabic(text: str) -> Text:
    """The contact's own words."""
    return Text(text, "ar", rtl=True)


DANGER = Said(
    Text("Is any of this happening now? You can choose more than one."),
    Text("I am being hurt or threatened"),
    arabic("هل يحدث أي من هذا الآن؟ يمكنك اختيار أكثر من إجابة."),
    arabic("أتعرض للأذى أو التهديد"),
    ago(9),
)
LEAVE = Said(
    Text("Can you leave the place where you stay?"),
    Text("No, there are guards"),
    arabic("هل يمكنك مغادرة المكان الذي تقيم فيه؟"),
    arabic("لا، هناك حراس"),
    ago(7),
)
PASSPORT = Said(
    Text("Where is your passport?"),
    Text("The bosses keep it"),
    arabic("أين جواز سفرك؟"),
    arabic("يحتفظ به المسؤولون"),
    ago(6),
    before=(Said(Text("Where is your passport?"), Text("I have it"), at=ago(8)),),
)
AGE = Said(
    Text("How old are you?"),
    Text("Chose not to say"),
    arabic("كم عمرك؟"),
    arabic("تخطي"),
    ago(5),
    declined=True,
)

CRITICAL = Reading(
    case="k3x9q2m7p4t8v1z5",
    flow="victim",
    language="ar",
    language_name="Arabic",
    state="claimed",
    received_at=ago(12),
    lease_until=NOW + timedelta(minutes=8),
    due_at=None,
    amended=2,
    urgency="critical",
    urgency_word="Critical",
    urgency_rule="C1",
    urgency_line=Text("Somebody is being hurt or threatened right now."),
    likelihood_word="Trafficking probable",
    likelihood_rule="P1",
    likelihood_line=Text("They are held by force."),
    reasons=(
        Reason(Text("They are being hurt or threatened right now."), "sign of urgency", True, (DANGER,)),
        Reason(Text("They cannot leave the building freely."), "strong sign", False, (LEAVE,)),
        Reason(Text("The bosses hold the passport or ID."), "strong sign", False, (PASSPORT,)),
    ),
    unknown=(
        Unknown("D2", Text("How many hours do you work each day?")),
        Unknown("D3", Text("Has anybody asked money for you to leave?")),
    ),
    changes=(
        Change(
            Text("What work do they make you do?"), Text("Write to people online"), "Trafficking presumed"
        ),
    ),
    safety=(Text("Only when I write first"), Text("At night, my time")),
    watched=True,
    consents=(
        Agreement(Text("The organisation"), given=True),
        Agreement(Text("The embassy of the home country"), given=False),
    ),
    answers=(DANGER, AGE, PASSPORT, LEAVE),
    words=(
        Words("Wrote", arabic("أرجوكم ساعدوني. نحن ستة في غرفة واحدة."), ago(8), DANGER.question),
        Words("Voice note", Text(""), ago(7), file="attachment 1", later="They marked it for later."),
        Words("Photo", Text(""), ago(6), absent=True),
        Words("Place", Text(""), ago(6)),
    ),
    files=(
        FileLine(
            "a1", "Voice note, 231 kB, attachment 1", NOTHING, ago(7), "They marked it for later.", here=True
        ),
        FileLine("b2", "File, attachment 2", Text("list.pdf"), ago(5), note=WORDING("attachment_too_large")),
    ),
    route=(
        Said(NOTHING, Text("Inside a compound")),
        Said(NOTHING, arabic("مياوادي"), remark=Text("may be Myawaddy (Myanmar)", "en")),
    ),
    rubric="a1b2c3d4e5f6",
    changed=(PASSPORT,),
)

NOTHING_NOW = Said(
    DANGER.question,
    Text("None of these"),
    DANGER.own_question,
    arabic("لا شيء من هذا"),
    ago(8),
    before=(DANGER,),
)

TAKEN_BACK = replace(
    CRITICAL,
    urgency_line=Text("The queue says Critical: the highest stands until a responder changes it."),
    urgency_rule="M4",
    likelihood_word="Too little is known",
    likelihood_rule="I1",
    reasons=(Reason(Text("They asked for help."), "sign of urgency", True, (Said(Text(""), Text("help")),)),),
    changes=(),
    answers=(NOTHING_NOW, AGE),
    words=(Words("Wrote", Text("help", "en"), ago(10)),),
    route=(),
    changed=(NOTHING_NOW,),
    raised=True,
)

REGRADED = replace(
    CRITICAL,
    urgency="medium",
    urgency_word="Medium",
    urgency_line=Text("A responder says Medium."),
    given="Critical",
    given_line=CRITICAL.urgency_line,
    regradings=(
        Regrading(
            ago(6),
            "Rosa",
            "k4n2m7p4t8v1z5q9",
            "from Critical to Low",
            Text("They wrote from a clinic. The danger was of last week, and they have a room for tonight."),
        ),
        Regrading(
            ago(4),
            "Bashir",
            "c2c2c2c2c2c2c2c2",
            "from Low to Medium",
            Text(""),
            "The reason was sealed before you were enrolled.",
        ),
    ),
)

WRITTEN = replace(
    CRITICAL,
    contract=(
        Text("You may write from 1 Mar 17:30 UTC. What you send before waits until then."),
        Text("00:00-06:00 their time is 17:30-23:30 UTC."),
    ),
    letters=(
        Letter(
            0,
            ago(4),
            "Rosa",
            "k4n2m7p4t8v1z5q9",
            "To them",
            "Waits until 1 Mar 17:30 UTC",
            Text("Thank you. We read what you wrote."),
            may_withdraw=True,
        ),
        Letter(
            1,
            ago(3),
            "Bashir",
            "c2c2c2c2c2c2c2c2",
            "For colleagues",
            "Kept",
            Text(""),
            "These words were sealed before you were enrolled.",
        ),
    ),
    words=(
        Words(
            "Wrote",
            Text("pay to 0x52908400098527886E0F7030069857D2E4169EE7", "en"),
            ago(5),
            remark=Text("This has a wallet, account or card number. Check before anybody pays."),
        ),
    ),
)

ONLY_HELP = Reading(
    case="h5h5h5h5h5h5h5h5",
    flow="victim",
    language="en",
    language_name="English",
    state="claimed",
    received_at=ago(31),
    lease_until=NOW + timedelta(minutes=55),
    due_at=None,
    amended=0,
    urgency="medium",
    urgency_word="Medium",
    urgency_rule="M4",
    urgency_line=Text("They asked for help and little is known yet."),
    likelihood_word="Too little is known",
    likelihood_rule="I1",
    likelihood_line=Text("Too few answers."),
    words=(Words("Wrote", Text("help", "en"), ago(31)),),
    warnings=("One part of this case failed its check and is not shown (BadSignature).",),
    rubric="a1b2c3d4e5f6",
)


def row(case: str, urgency: str, clock: str, **fields: object) -> Row:
    """One line of the queue."""
    base: dict[str, object] = {
        "case": case,
        "urgency": urgency,
        "urgency_word": WORDING.urgency(urgency),
        "flow": WORDING.flow("victim"),
        "language": "ar",
        "language_name": "Arabic",
        "received_at": ago(12),
        "until": None,
        "clock": clock,
        "late": False,
        "amended": 0,
    }
    return Row(**(base | fields))  # type: ignore[arg-type]


QUEUE = View(
    mine=(
        row(
            "k3x9q2m7p4t8v1z5",
            "critical",
            "8 min left · first word due in 12 min",
            opens_at=ago(-95),
        ),
    ),
    waiting=(
        row(
            "b7b7b7b7b7b7b7b7",
            "critical",
            "waits 21 min · to be taken: 6 min late",
            language_name="Spanish",
            late=True,
        ),
        row("c2c2c2c2c2c2c2c2", "high", "waits 44 min", language_name="Chinese (Simplified)", amended=3),
        row("d9d9d9d9d9d9d9d9", "low", "waits 33 h", flow=WORDING.flow("family")),
        row("e4e4e4e4e4e4e4e4", "none", "waits 2 d", language_name="English"),
    ),
    others=(row("f1f1f1f1f1f1f1f1", "medium", "28 min left", language_name="Burmese"),),
)
