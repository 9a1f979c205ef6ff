"""The addresses of administration."""

from django.urls import path

from bina.doors.web.admin import answers, bodies, colleagues, holidays, hours, hub, topics

urlpatterns = [
    path("admin", hub.admin, name="admin"),
    path("admin/coming/<int:number>", hub.revoke, name="admin_revoke"),
    path("admin/people", colleagues.colleagues, name="admin_people"),
    path("admin/people/new", colleagues.newcomer, name="admin_newcomer"),
    path("admin/people/<int:number>", colleagues.colleague, name="admin_person"),
    path("admin/people/<int:number>/who", colleagues.identity, name="admin_identity"),
    path("admin/people/<int:number>/right", colleagues.give, name="admin_right"),
    path("admin/people/<int:number>/link", colleagues.link, name="admin_link"),
    path("admin/people/<int:number>/leave", colleagues.leave, name="admin_leave"),
    path("admin/rights/<int:number>/end", colleagues.end, name="admin_right_end"),
    path("admin/units", bodies.bodies, name="admin_units"),
    path("admin/units/<int:number>", bodies.body, name="admin_unit"),
    path("admin/units/<int:number>/liaison", bodies.liaison, name="admin_liaison"),
    path("admin/desks", bodies.desks, name="admin_desks"),
    path("admin/desks/<int:number>", bodies.desk, name="admin_desk"),
    path("admin/holders/<int:number>/end", bodies.holder, name="admin_holder_end"),
    path("admin/subjects", topics.topics, name="admin_subjects"),
    path("admin/subjects/<str:subject>", topics.topic, name="admin_subject"),
    path("admin/answers", answers.answers, name="admin_answers"),
    path("admin/answers/new", answers.new_answer, name="admin_answer_new"),
    path("admin/answers/<str:answer>", answers.answer, name="admin_answer"),
    path("admin/answers/<str:answer>/end", answers.end_answer, name="admin_answer_end"),
    path("admin/hours", hours.hours, name="admin_hours"),
    path("admin/hours/<str:calendar>", hours.week, name="admin_calendar"),
    path("admin/profiles/<int:number>/end", hours.end_week, name="admin_hours_end"),
    path("admin/closures/new", hours.close, name="admin_close"),
    path("admin/closures/<int:number>/revoke", hours.reopen, name="admin_reopen"),
    path("admin/holidays", holidays.holidays, name="admin_holidays"),
    path("admin/holidays/propose", holidays.propose, name="admin_propose"),
    path("admin/holidays/new", holidays.add, name="admin_holiday_new"),
    path("admin/holidays/<int:number>/<slug:how>", holidays.settle, name="admin_holiday"),
]
