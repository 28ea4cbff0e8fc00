"""The words for this app's codes. Short sentences: patients and clinicians read the same ones."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from risk.domain.disposition import ActionKind, Disposition

SIMULATED = _("This risk was learnt from simulated patients. It supports, it does not diagnose.")

DISPOSITIONS: Mapping[str, LazyText] = {
    "self-care": _("Nothing to treat now"),
    "medicine": _("A medicine can help"),
    "refer": _("Go to a hospital"),
    "repeat-imaging": _("Take the photograph again"),
}
# A finding is not "nothing to treat" because somebody else treats it (RK-01).
EXPECTED = _("Keep the appointment at the eye clinic")


def decision_text(disposition: str, kinds: Iterable[str]) -> str:
    """What a decision comes to, in the active language; `kinds`: of its actions."""
    words = str(DISPOSITIONS.get(disposition, disposition))
    if ActionKind.KEEP_APPOINTMENT not in set(kinds):
        return words
    return str(EXPECTED) if disposition == Disposition.SELF_CARE else f"{EXPECTED}. {words}"


URGENCIES: Mapping[str, LazyText] = {
    "routine": _("In due course"),
    "urgent": _("Soon"),
    "asap": _("Within days"),
    "stat": _("Today"),
}
ACTIONS: Mapping[str, LazyText] = {
    "advice": _("Advice"),
    "recall": _("Next visit here"),
    "medicine": _("Medicine"),
    "referral": _("Hospital"),
    "repeat-imaging": _("New photograph"),
    "keep-appointment": _("Keep your appointment"),
    "grading": _("An expert looks at the photograph"),
}
BANDS: Mapping[str, LazyText] = {"low": _("low"), "raised": _("raised"), "high": _("high")}
LABELS: Mapping[str, LazyText] = {
    "D": _("Diabetes in the eye"),
    "G": _("Glaucoma"),
    "C": _("Cataract"),
    "A": _("Macular degeneration"),
    "H": _("High blood pressure in the eye"),
    "M": _("Damage from strong short-sightedness"),
    "O": _("Another change"),
}
EYES: Mapping[str, LazyText] = {"R": _("right eye"), "L": _("left eye")}
RED_FLAGS: Mapping[str, LazyText] = {
    "sudden-vision-loss": _("Sudden loss of sight"),
    "curtain-or-flashes": _("Flashes, floaters or a curtain"),
    "painful-red-eye": _("Painful red eye"),
    "halos-with-headache": _("Halos with headache"),
    "trauma-or-chemical": _("Injury or chemical in the eye"),
    "double-vision": _("Double vision"),
    "distorted-lines": _("Straight lines look bent"),
    "giant-cell-arteritis": _("Pain on chewing or a tender scalp"),
    "pain-after-surgery": _("Pain after eye surgery"),
    "white-pupil-in-child": _("White pupil in a child"),
    "severe-blood-pressure": _("Very high blood pressure"),
    "very-high-eye-pressure": _("Very high eye pressure"),
}
RECALL_CAUSES: Mapping[str, LazyText] = {
    "interval": _("Regular check"),
    "raised-risk": _("Raised risk"),
    "pregnancy": _("Pregnancy with diabetes"),
    "attendance": _("Was the patient seen?"),
    "repeat-imaging": _("New photograph"),
}
INPUTS: Mapping[str, LazyText] = {
    "photograph": _("Photograph"),
    "age_years": _("Age"),
    "female": _("Sex"),
    "diabetes": _("Diabetes"),
    "diabetes_type1": _("Type of diabetes"),
    "diabetes_duration_years": _("Years with diabetes"),
    "hba1c_percent": _("HbA1c"),
    "insulin_use": _("Insulin"),
    "hypertension": _("High blood pressure"),
    "systolic_mmhg": _("Upper blood pressure"),
    "diastolic_mmhg": _("Lower blood pressure"),
    "smoking": _("Smoking"),
    "bmi_kg_m2": _("Body mass index"),
    "steroid_use": _("Steroids"),
    "hypertension_untreated": _("Untreated high blood pressure"),
    "refraction_dioptres": _("Refraction"),
    "iop_mmhg": _("Eye pressure"),
    "low_education": _("Schooling"),
    "family_glaucoma": _("Glaucoma in the family"),
    "family_amd": _("Macular degeneration in the family"),
    "family_high_myopia": _("Strong short-sightedness in the family"),
    "family_diabetes": _("Diabetes in the family"),
}
QUESTIONS: Mapping[str, LazyText] = {
    "diabetes": _("Whether there is diabetes"),
    "diabetes_duration_years": _("How long diabetes has lasted"),
    "hba1c_percent": _("HbA1c"),
    "hypertension": _("Whether high blood pressure is known and treated"),
    "systolic_mmhg": _("Blood pressure"),
    "smoking": _("Smoking"),
    "bmi_kg_m2": _("Body mass index"),
    "steroid_use": _("Steroids"),
    "family_glaucoma": _("Eye diseases and diabetes in the family"),
    "refraction_dioptres": _("Refraction"),
    "iop_mmhg": _("Eye pressure"),
    "low_education": _("Years at school"),
}
IMPLAUSIBLE: Mapping[str, LazyText] = {
    "unknown-field": _("This question is not known. Remove it."),
    "wrong-type": _("This answer cannot be read. Enter it again, or leave it unknown."),
    "not-a-choice": _("Choose one of the answers offered."),
    "out-of-range": _("This value is not possible. Measure again, or leave it unknown."),
    "wrong-unit": _("This looks like another unit. Enter it in the unit that the question names."),
    "contradiction": _("Two answers contradict each other. Correct one of them."),
    "date-in-past": _("This date has passed. Enter a date from today on."),
    "date-too-far": _("This date lies years ahead. Check the year."),
}
POLICY_FAULTS: Mapping[str, LazyText] = {
    "missing": _("Both limits are needed."),
    "not-fused": _("There is no limit for this."),
    "not-a-probability": _("A limit lies above 0 % and below 100 %."),
    "out-of-order": _("The raised band must begin below the high one."),
}
MEASURES: Mapping[str, LazyText] = {
    "image-drift": _("Image scores differ from those before"),
    "risk-drift": _("Fused risks differ from those before"),
    "ungradable": _("Visits with an eye that could not be judged"),
    "calibration": _("Ill as people read it, for one that was foretold"),
}
MEASURES_EXPLAINED: Mapping[str, LazyText] = {
    "image-drift": _(
        "How far the image model's scores of the last four weeks lie from those of the half year before: the "
        "population stability index, 0 where nothing changed. A new camera or other patients can move them as well "
        "as a fault."
    ),
    "risk-drift": _("The same of the risks that are told. They hold nothing: a person looks why they moved."),
    "ungradable": _("Of the visits of the last four weeks that were photographed."),
    "calibration": _(
        "1 where as many were ill as the risks had foretold; 2 where twice as many were. Of the half year's cases that "
        "people read."
    ),
}
INDICATORS: Mapping[str, LazyText] = {
    "result-in-time": _("Result within 30 minutes"),
    "uptake": _("Came when called again"),
    "referral-sent-in-time": _("Referral sent by its date"),
    "referral-seen-in-time": _("Seen at a hospital by the date"),
    "read-in-time": _("Read by a person by the date"),
    "recalls-overdue": _("Open recalls that are overdue"),
    "referrals-overdue": _("Open referrals that are overdue"),
}
LEVELS: Mapping[str, LazyText] = {
    "too-few": _("too few to say"),
    "quiet": _("as expected"),
    "look": _("look at it"),
    "hold": _("held"),
}
REASONS: Mapping[str, LazyText] = {
    "RF-01": _("Sudden loss of sight must be seen today."),
    "RF-02": _("Flashes, new floaters or a curtain must be seen today."),
    "RF-03": _("A painful red eye must be seen today."),
    "RF-04": _("Halos with headache must be seen today."),
    "RF-05": _("An injury or a chemical in the eye must be seen today."),
    "RF-06": _("New double vision must be seen today."),
    "RF-07": _("Bent lines must be seen within one day."),
    "RF-08": _("Pain on chewing or a tender scalp can threaten the sight. It must be seen today."),
    "RF-09": _("Pain after eye surgery must be seen today."),
    "RF-10": _("A white pupil in a child must be seen within two weeks."),
    "RF-11": _("The blood pressure is dangerously high. It must be treated today."),
    "RF-12": _("The pressure in the eye is dangerously high. It must be seen today."),
    "RW-05": _("A model behind this result was on hold here. An expert must look."),
    "RR-01": _("The photograph shows signs of diabetes in the eye. How far it went is not known yet."),
    "RR-02": _("The photograph shows signs of glaucoma."),
    "RR-03": _("The photograph shows signs of a cataract."),
    "RR-04": _("A cataract at this age must be seen soon."),
    "RR-05": _("The photograph shows signs of macular degeneration."),
    "RR-06": _("Signs of macular degeneration, and lines may look bent: this must be seen within one day."),
    "RR-07": _("The photograph shows signs of damage from high blood pressure."),
    "RR-08": _("The photograph shows signs of damage from strong short-sightedness."),
    "RR-09": _(
        "Damage from strong short-sightedness, and lines may look bent: this must be seen within days."
    ),
    "RR-10": _("The photograph shows another change. An eye doctor must look at it soon."),
    "RR-19": _(
        "Another change, and sudden loss of sight is not ruled out: this must be seen within one day."
    ),
    "RR-11": _("An expert graded the signs of diabetes in the eye as mild. No hospital is needed now."),
    "RR-12": _("An expert graded the signs of diabetes in the eye as moderate."),
    "RR-13": _("An expert graded the signs of diabetes in the eye as severe. This must be seen soon."),
    "RR-14": _(
        "The centre of sight may be swollen from diabetes, or nobody could tell. This must be seen soon."
    ),
    "RR-15": _(
        "Dry macular degeneration. Look at straight lines with each eye every week; come if they bend."
    ),
    "RR-16": _("Wet macular degeneration. This must be seen within one day."),
    "RR-17": _("The pressure in the eye is high."),
    "RR-18": _("The pressure in the eye is very high. This must be seen within two weeks."),
    "RI-01": _("The photograph of the %(eye)s cannot be judged. Take it again."),
    "RI-02": _("The photograph could not be judged twice. An eye doctor examines the eye instead."),
    "RI-03": _("The eyes could not be photographed. An eye doctor examines them instead."),
    "RB-01": _("The risk is high although the photograph shows nothing: %(label)s."),
    "RB-02": _("The risk is raised although the photograph shows nothing: %(label)s."),
    "RB-03": _("The risk is raised, though an expert saw no sign of it in either eye: %(label)s."),
    "RG-01": _("The photograph is not clear enough to decide: %(label)s. An expert looks at it."),
    "RK-01": _("An eye clinic already expects you on %(date)s. Keep this appointment."),
    "RM-01": _("Dry or gritty eyes without a warning sign."),
    "RM-02": _("Itchy eyes without a warning sign."),
    "RM-03": _("Not all warning signs were asked about. Ask before the medicine is handed out."),
    "RA-01": _("Come at once if you see less, see flashes or bent lines, or if the eye hurts."),
    "RA-02": _("Measure the blood pressure before the patient leaves."),
    "RA-03": _("The blood pressure is high. See a doctor about it within four weeks."),
    "RA-06": _("Ask whether the patient is pregnant. With diabetes the eyes are then seen more often."),
    "RA-05": _("The pressure in the eye seems high. Measure it again by Goldmann applanation."),
    "RA-04": _("The %(eye)s was not photographed. Nothing is known of it."),
    "RC-01": _("Come back in two years."),
    "RC-02": _("With diabetes, come back every year."),
    "RC-03": _("It is not known whether there is diabetes. Come back in one year."),
    "RC-04": _("A risk is raised. Come back in six months."),
    "RC-05": _("In pregnancy with diabetes, come back in three months."),
    "RC-06": _("If the photograph is not taken again today, come back within four weeks."),
    "RC-10": _("With diabetes, and while a pregnancy is possible, come back in three months."),
    "RC-08": _("Mild signs were seen. Come back in one year."),
    "RC-09": _("Come back to have the pressure in the eye measured again."),
    "RC-07": _("We ask whether you were seen."),
}
_PARAMETER_WORDS: Mapping[str, Mapping[str, LazyText]] = {"eye": EYES, "label": LABELS}


def reason_text(code: str, parameters: str = "") -> str:
    """The sentence for a stored reason, in the active language; `parameters` as stored, such as "eye=R"."""
    pairs = dict(pair.split("=", 1) for pair in parameters.split(";") if pair)
    words = {name: str(_PARAMETER_WORDS.get(name, {}).get(value, value)) for name, value in pairs.items()}
    text = str(REASONS[code])
    return text % words if "%(" in text else text


RESCORE_CAUSES: Mapping[str, LazyText] = {
    "inputs": _("answers, photographs or reads"),
    "image": _("another image model"),
    "model": _("another risk model"),
    "policy": _("other limits"),
    "rules": _("other rules"),
    "age": _("a birthday"),
}
