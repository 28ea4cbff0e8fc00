"""Small invented drug data for the demo clinic, marked as such: without any, its machine stays shut (PD-01, PD-02).

They say nothing about real medicines beside what the formulary says itself, and go through the real import. What
somebody imported for real stays in force.
"""

import json
import tempfile
from datetime import date, datetime
from pathlib import Path

from pharmacy.domain.drug_data import NEEDS, DrugDataSource
from pharmacy.drug_data_selectors import import_in_force
from pharmacy.importers.feeds import FEEDS
from pharmacy.importers.reader import read_source
from pharmacy.services import drug_data_import

BY = "demonstration"
MARK = "시연용 가상 자료 (invented for demonstration)"
_S = DrugDataSource
# One row a listing, about ingredients that no machine gives.
ROWS: dict[DrugDataSource, dict[str, str]] = {
    _S.KIDS_PAIRS: {
        "cth_condi_sn": "1",
        "igrd_nm_1": "demonstratin",
        "igrd_nm_2": "exemplarin",
        "condi_rsn": MARK,
    },
    _S.KIDS_PREGNANCY: {
        "pgw_condi_sn": "1",
        "igrd_nm": "demonstratin",
        "condi_grd_cd": "2",
        "dtl_info_cn": MARK,
    },
    _S.KIDS_LACTATION: {
        "lacp_sn": "1",
        "igrd_cd": "demonstratin",
        "igrd_nm": "demonstratin",
        "rmrk_cn": MARK,
    },
    _S.KIDS_ELDERLY: {
        "snctz_cutn_sn": "1",
        "igrd_cd": "demonstratin",
        "igrd_nm": "demonstratin",
        "mdcn_dtl_cn": MARK,
    },
    _S.KIDS_AGE: {
        "age_condi_sn": "1",
        "igrd_nm": "demonstratin",
        "rlvt_age": "12",
        "rlvt_age_unit_nm": "세",
        "age_prcs_cnd_nm": "미만",
        "dtl_info_cn": MARK,
    },
    _S.KIDS_DOSE: {
        "cpct_cutn_sn": "1",
        "gnrl_nm": "demonstratin",
        "day_max_admin_cpct_cn": "10mg",
        "dtl_cn": MARK,
    },
    _S.KIDS_DURATION: {
        "dosage_cutn_sn": "1",
        "gnrl_nm": "demonstratin",
        "max_admin_prd_day_cnt": "14",
        "rmrk_cn": MARK,
    },
    _S.KIDS_DUPLICATES: {
        "eff_group_dpcn_sn": "1",
        "gnrl_nm": "demonstratin",
        "eff_group_nm": MARK,
    },
    _S.RECALLS: {
        "ITEM_SEQ": "000000000",
        "PRDUCT": MARK,
        "ENTRPS": MARK,
        "RTRVL_RESN": MARK,
        "STD_CD": "02009999999997",
        "MNFCTUR_NO": "DEMO-RECALL",
    },
}


def demo_drug_data(*, now: datetime, today: date) -> int:
    """Put the invented data in force where none were imported for real, as of today. How many sources."""
    ours = [source for need in NEEDS for source in need.sources[:1] if _may_stand(need.sources)]
    with tempfile.TemporaryDirectory() as folder:
        for source in ours:
            path = Path(folder) / f"demonstration-{source.value}"
            path.write_text(_written(source), encoding="utf-8")
            reading = read_source(source, path, as_of=today)
            drug_data_import(source=source, reading=reading, by=BY, now=now)
    return len(ours)


def _may_stand(sources: tuple[DrugDataSource, ...]) -> bool:
    """Whether nothing but earlier invented data is in force for a need."""
    in_force = [found for source in sources if (found := import_in_force(source))]
    return all(found.imported_by == BY for found in in_force)


def _written(source: DrugDataSource) -> str:
    """The file as the source would give it: an SQL table, or one answer of the service."""
    row, table = ROWS[source], FEEDS[source].table
    if table:
        values = ", ".join(f"'{value}'" for value in row.values())
        return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values});\n"  # noqa: S608 - written to a file that is read as data
    body = {"pageNo": 1, "numOfRows": 1, "totalCount": 1, "items": [row]}
    return json.dumps({"header": {"resultCode": "00", "resultMsg": "NORMAL SERVICE."}, "body": body})
