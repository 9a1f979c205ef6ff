"""A small city's folder for tests: two districts side by side, a few bodies, one desk each, two subjects."""

from __future__ import annotations

import json
from pathlib import Path

FILES = {
    "city.toml": (
        'code = "SMA"\nname = "شهر کوچک"\nname_en = "Small"\nzone = "Asia/Tehran"\narea_code = "051"\n'
        'origin_lat = 36.0\norigin_lon = 59.0\nvalid_from = "1403/01/01"\n'
    ),
    "areas.csv": (
        "# areas\n"
        "kind,code,name,name_en,parent,lat,lon,population,dev_level,dev_index,dev_source,dev_year,approximate,source\n"
        "district,SMA-1,منطقه ۱,District 1,,36.05,59.05,1000,3,نمایه,آزمون,1404,1,آزمون\n"
        "district,SMA-2,منطقه ۲,District 2,,36.05,59.15,2000,,,,,1,آزمون\n"
        "subdistrict,SMA-1-1,ناحیه ۱,,SMA-1,36.05,59.05,,,,,,1,\n"
        "neighbourhood,SMA-N1,باغستان,,SMA-1,36.055,59.055,,,,,,1,\n"
    ),
    "units.csv": (
        "code,kind,name,name_en,parent,area,calendar,phone,level,source\n"
        "PR-137,centre,مرکز,Centre,,,centre,137,1,\n"
        "ORG-A,organisation,سازمان,Organisation,,,office,,2,\n"
        "*,district,شهرداری {district},Municipality of {district},,*,office,,2,\n"
        "*/D-TECH,unit,فنی {district},Works of {district},*,*,office,,3,\n"
        "*/D-SERV,unit,خدمات {district},Services of {district},*,*,crew,,3,\n"
        "SMA-1/SD-1,subdistrict,ناحیهٔ ۱,,SMA-1/D-SERV,SMA-1-1,crew,,4,\n"
    ),
    "crews.csv": "code,unit,name,contractor\nSMA-1/C1,SMA-1/D-TECH,اکیپ ۱,0\n",
    "desks.csv": "code,name,area,subdistrict,group\n*/DESK,میز {district},*,,\nSMA-1/DESK-01,میز آسفالت,SMA-1,,01\n",
    "streets.csv": (
        "name,kind,lat,lon,area,approximate,source\n"
        "خیابان بهار,street,36.05,59.06,SMA-1,1,\n"
        "میدان شهدا,square,36.05,59.14,SMA-2,1,\n"
    ),
    "calendars.toml": (
        '[[calendar]]\ncode = "centre"\nname = "مرکز"\n\n[[calendar]]\ncode = "office"\nname = "اداری"\n\n'
        '[[calendar]]\ncode = "crew"\nname = "اجرایی"\nalways = true\n\n'
        '[[profile]]\ncalendar = "centre"\nvalid_from = 2024-03-20\nhours = { sat = ["07:00-19:00"] }\n\n'
        '[[profile]]\ncalendar = "office"\nvalid_from = "1403/01/01"\nvalid_to = "2030-01-01"\nrank = 1\n'
        'reason = "عادی"\nhours = { sat = ["07:30-12:00", "13:00-14:30"], sun = ["۷:۳۰-۱۴:۳۰"] }\n'
    ),
    "holidays.csv": "date,name,status,source\n2026-03-21,نوروز,confirmed,آزمون\n1405/02/01,عید,proposed,تاریخ تخمینی\n",
    "closures.csv": "calendar,starts_at,ends_at,reason\noffice,1404/11/03 12:00,2026-01-24,آلودگی هوا\n",
    "catalogue/groups.csv": "code,name,name_en\n01,آسفالت,Asphalt\n02,آب,Water\n",
    "catalogue/subjects.csv": (
        "code,group,name,name_en,owner,onward,deadline,priority,hazard,credit,driver,sensitivity,proof_done,"
        "proof_nothing,proof_fixed,answer_window,guarantee,check,first_answer,result_promise,place_required,keywords\n"
        "0101,01,چاله,Pothole,D-TECH,ORG-A,72c,3,0,O,m²,0,photo_before|photo_after,photo,photo,7,30,all,8h,1,1,"
        "دست‌انداز|گودال\n"
        "0201,02,آب‌گرفتگی,Flooding,SD,,2c,1,1,N,,0,photo,,,7,30,sample,30m,0,1,سیل\n"
    ),
    "catalogue/questions.csv": (
        "subject,code,kind,text,text_en,options,hazard_if\n"
        "0101,depth,choice,گودی؟,How deep?,shallow:کم=Shallow|deep:زیاد=Deep,deep\n"
        "0101,where,choice,کجا؟,Where?,سواره‌رو|پیاده‌رو,پیاده‌رو\n"
        "0201,inside,yesno,به خانه رسیده؟,Inside?,,yes\n"
    ),
    "catalogue/constraints.csv": (
        "code,name,name_en,group,rank,owner,confirmer\n"
        "LEGAL,پرونده,Court,legal,110,other,ORG-A\n"
        "SEASON,فصل,Season,season,510,other,\n"
    ),
    "demo/people.csv": (
        "username,name,role,unit,area,sensitivity,desks,phone\n"
        "sara,سارا,followup_expert,,SMA-1,1,SMA-1/DESK|SMA-1/DESK-01,\n"
        "sara,,operator,PR-137,,0,,\n"
        "ali,علی,unit_head,SMA-1/D-TECH,SMA-1,0,,\n"
    ),
}


def write(folder: Path) -> Path:
    """Writes the folder and gives it back."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (folder / "shapes.geojson").write_text(json.dumps(shapes()), encoding="utf-8")
    return folder


def load(folder: Path, *, demo: bool = False) -> None:
    """Loads the folder as the command does."""
    from bina.doors.cli import cityload

    cityload.load(folder, demo=demo)


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replaces a text that must stand in a file of the folder."""
    path = folder / file
    content = path.read_text(encoding="utf-8")
    assert old in content, f"{old!r} stands not in {file}"
    path.write_text(content.replace(old, new), encoding="utf-8")


def shapes() -> dict[str, object]:
    """Two squares of a tenth of a degree, side by side."""
    return {
        "type": "FeatureCollection",
        "features": [_square("SMA-1", 59.0), _square("SMA-2", 59.1)],
    }


def _square(code: str, west: float) -> dict[str, object]:
    ring = [[west, 36.0], [west + 0.1, 36.0], [west + 0.1, 36.1], [west, 36.1], [west, 36.0]]
    geometry = {"type": "Polygon", "coordinates": [[[round(x, 1), y] for x, y in ring]]}
    return {"type": "Feature", "properties": {"code": code, "approximate": True}, "geometry": geometry}
