"""Substances of the eye. Source: ingredients and ATC of facts 2.1 [R]; common names and routes [K]."""

from pharmacy.domain.drug_rules import Route
from pharmacy.domain.substance_types import (
    ALPHA_AGONIST_DROPS,
    ANTIALLERGIC,
    BETA_BLOCKER_DROPS,
    CAI_DROPS,
    CELLULOSE_ETHER,
    DECONGESTANT,
    OCULAR,
    ORAL,
    PROSTAGLANDIN,
    SULFONAMIDE,
    SUPPLEMENT,
    TEARS,
    Substance,
)

_EYE_AND_MOUTH = OCULAR | ORAL
_EYE_NOSE_MOUTH = _EYE_AND_MOUTH | {Route.NASAL}

EYE_SUBSTANCES: tuple[Substance, ...] = (
    Substance(
        "carmellose",
        (
            *("carmellose", "carboxymethylcellulose", "carboxymethyl cellulose", "cmc"),
            *("카르멜로오스", "카르복시메틸셀룰로오스"),
        ),
        CELLULOSE_ETHER,
        TEARS,
        routes=_EYE_AND_MOUTH,
    ),
    Substance(
        "hypromellose",
        ("hypromellose", "hydroxypropyl methylcellulose", "hpmc", "히프로멜로오스"),
        CELLULOSE_ETHER,
        TEARS,
    ),
    Substance("cellulose", ("cellulose", "methylcellulose", "셀룰로오스"), CELLULOSE_ETHER, routes=ORAL),
    Substance("hyaluronate", ("hyaluronate", "hyaluronic acid", "히알루론산"), "", TEARS),
    Substance("artificial-tears", ("artificial tears", "tears", "인공눈물"), "", TEARS),
    Substance("ketotifen", ("ketotifen", "케토티펜"), "", ANTIALLERGIC, routes=_EYE_AND_MOUTH),
    Substance("olopatadine", ("olopatadine", "올로파타딘"), "", ANTIALLERGIC, routes=_EYE_NOSE_MOUTH),
    Substance("azelastine", ("azelastine", "아젤라스틴"), "", ANTIALLERGIC, routes=_EYE_NOSE_MOUTH),
    Substance("cromoglicate", ("cromoglicate", "cromolyn", "크로몰린"), "", ANTIALLERGIC),
    Substance(
        "benzalkonium", ("benzalkonium", "benzalkonium chloride", "bak", "preservative", "벤잘코늄", "방부제")
    ),
    Substance("naphazoline", ("naphazoline", "나파졸린"), "", DECONGESTANT, routes=OCULAR | {Route.NASAL}),
    Substance(
        "tetryzoline",
        ("tetryzoline", "tetrahydrozoline", "테트리졸린"),
        "",
        DECONGESTANT,
        routes=OCULAR | {Route.NASAL},
    ),
    Substance("latanoprost", ("latanoprost", "라타노프로스트"), "", PROSTAGLANDIN),
    Substance("travoprost", ("travoprost", "트라보프로스트"), "", PROSTAGLANDIN),
    Substance("tafluprost", ("tafluprost", "타플루프로스트"), "", PROSTAGLANDIN),
    Substance("bimatoprost", ("bimatoprost", "비마토프로스트"), "", PROSTAGLANDIN),
    Substance("omidenepag", ("omidenepag", "omidenepag isopropyl", "오미데네팍"), "", PROSTAGLANDIN),
    Substance("timolol", ("timolol", "티몰롤"), "", BETA_BLOCKER_DROPS),
    Substance("carteolol", ("carteolol", "카르테올롤"), "", BETA_BLOCKER_DROPS, routes=_EYE_AND_MOUTH),
    Substance(
        "betaxolol", ("betaxolol", "베타솔롤", "베탁솔롤"), "", BETA_BLOCKER_DROPS, routes=_EYE_AND_MOUTH
    ),
    Substance(
        "brimonidine",
        ("brimonidine", "브리모니딘"),
        "",
        ALPHA_AGONIST_DROPS,
        routes=OCULAR | {Route.SKIN},
    ),
    Substance("dorzolamide", ("dorzolamide", "도르졸라미드"), SULFONAMIDE, CAI_DROPS),
    Substance("brinzolamide", ("brinzolamide", "브린졸라미드"), SULFONAMIDE, CAI_DROPS),
    Substance("pilocarpine", ("pilocarpine", "필로카르핀"), routes=_EYE_AND_MOUTH),
    Substance("netarsudil", ("netarsudil", "네타르수딜")),
    Substance("diquafosol", ("diquafosol", "디쿠아포솔")),
    Substance(
        "ciclosporin",
        ("ciclosporin", "cyclosporine", "cyclosporin", "사이클로스포린", "시클로스포린"),
        routes=_EYE_AND_MOUTH | {Route.INJECTION},
    ),
    Substance("fluorometholone", ("fluorometholone", "플루오로메톨론")),
    Substance(
        "areds2",
        ("areds2", "areds 2", "areds", "lutein", "zeaxanthin", "루테인", "지아잔틴"),
        "",
        SUPPLEMENT,
        routes=ORAL,
    ),
    Substance("vitamin-c", ("vitamin c", "ascorbic acid", "비타민c", "비타민 c"), routes=ORAL),
    Substance("vitamin-e", ("vitamin e", "tocopherol", "비타민e", "비타민 e"), routes=ORAL),
    Substance("zinc", ("zinc", "zinc oxide", "아연"), routes=ORAL),
    Substance("copper", ("copper", "cupric oxide", "구리"), routes=ORAL),
    Substance("beta-carotene", ("beta-carotene", "beta carotene", "β-carotene", "베타카로틴"), routes=ORAL),
    Substance("multivitamin", ("multivitamin", "종합비타민"), "", SUPPLEMENT, routes=ORAL),
)
