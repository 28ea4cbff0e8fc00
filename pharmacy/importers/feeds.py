"""Every source in one table: how a row of it is read, which cells it must have, and where it is fetched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pharmacy.domain.drug_data import DrugDataSource as Source
from pharmacy.importers import kids, mfds, products, recalls
from pharmacy.importers.reading import Row


@dataclass(frozen=True)
class Feed:
    """`columns`: cells without which a file is another listing. `table`: of an SQL file; `path`: of the service."""

    read: Callable[[Row], Sequence[object]]
    columns: tuple[str, ...]
    table: str = ""
    path: str = ""


_DUR = "DURPrdlstInfoService03"
_SINGLE = ("TYPE_NAME", "INGR_CODE", "FORM_NAME")

# Addresses: facts 2.2 [R]; that of splitting [K].
FEEDS: dict[Source, Feed] = {
    Source.LEAFLETS: Feed(
        products.leaflet, ("itemSeq", "itemName"), path="DrbEasyDrugInfoService/getDrbEasyDrugList"
    ),
    Source.DUR_PAIRS: Feed(
        mfds.pairs, ("INGR_CODE", "MIXTURE_INGR_CODE"), path=f"{_DUR}/getUsjntTabooInfoList03"
    ),
    Source.DUR_PREGNANCY: Feed(mfds.pregnancy, _SINGLE, path=f"{_DUR}/getPwnmTabooInfoList03"),
    Source.DUR_ELDERLY: Feed(mfds.elderly, _SINGLE, path=f"{_DUR}/getOdsnAtentInfoList03"),
    Source.DUR_AGE: Feed(mfds.ages, _SINGLE, path=f"{_DUR}/getSpcifyAgrdeTabooInfoList03"),
    Source.DUR_DOSE: Feed(mfds.doses, _SINGLE, path=f"{_DUR}/getCpctyAtentInfoList03"),
    Source.DUR_DURATION: Feed(mfds.durations, _SINGLE, path=f"{_DUR}/getMdctnPdAtentInfoList03"),
    Source.DUR_DUPLICATES: Feed(
        mfds.duplicates, ("EFFECT_NAME", "INGR_CODE"), path=f"{_DUR}/getEfcyDplctInfoList03"
    ),
    Source.DUR_SPLITTING: Feed(
        mfds.splitting, ("TYPE_NAME", "MAIN_INGR"), path=f"{_DUR}/getSeobangjeongPartitnAtentInfoList03"
    ),
    Source.PERMITS: Feed(
        products.permit, ("ITEM_SEQ", "ITEM_NAME"), path="DrugPrdtPrmsnInfoService06/getDrugPrdtPrmsnInq06"
    ),
    Source.RECALLS: Feed(
        recalls.recall,
        ("PRDUCT", "STD_CD"),
        path="MdcinRtrvlSleStpgeInfoService04/getMdcinRtrvlSleStpgelList03",
    ),
    Source.KIDS_PAIRS: Feed(kids.pairs, ("igrd_nm_1", "igrd_nm_2"), table="tb_pp_m_dur_conc_bann"),
    Source.KIDS_PREGNANCY: Feed(kids.pregnancy, ("igrd_nm", "condi_grd_cd"), table="tb_pp_m_dur_prgnt_bann"),
    Source.KIDS_LACTATION: Feed(kids.lactation, ("igrd_cd", "igrd_nm"), table="tb_pp_m_dur_nursw"),
    Source.KIDS_ELDERLY: Feed(kids.elderly, ("igrd_cd", "mdcn_dtl_cn"), table="tb_pp_m_dur_snctz"),
    Source.KIDS_AGE: Feed(kids.ages, ("igrd_nm", "rlvt_age"), table="tb_pp_m_dur_age_bann"),
    Source.KIDS_DOSE: Feed(kids.doses, ("gnrl_nm", "day_max_admin_cpct_cn"), table="tb_pp_m_dur_cpct"),
    Source.KIDS_DURATION: Feed(
        kids.durations, ("gnrl_nm", "max_admin_prd_day_cnt"), table="tb_pp_m_dur_dosage"
    ),
    Source.KIDS_DUPLICATES: Feed(kids.duplicates, ("gnrl_nm", "eff_group_nm"), table="tb_pp_m_dur_eftgrp"),
}

# The kind of notice each DUR listing says of itself, so that one is not taken for another.
TYPE_NAMES: dict[Source, str] = {
    Source.DUR_PAIRS: "병용금기",
    Source.DUR_PREGNANCY: "임부금기",
    Source.DUR_ELDERLY: "노인주의",
    Source.DUR_AGE: "연령금기",
    Source.DUR_DOSE: "용량주의",
    Source.DUR_DURATION: "투여기간주의",
    Source.DUR_DUPLICATES: "효능군중복",
    Source.DUR_SPLITTING: "분할주의",
}
