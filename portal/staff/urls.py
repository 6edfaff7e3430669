"""Addresses under /staff/."""

from django.urls import path

from portal.staff import acts, approve, casefile, decide, lost, mail_page, papers, queue, rulebook, tray

app_name = "staff"
case = "<slug:slug>/<str:reference>/"

urlpatterns = [
    path("", queue.home, name="home"),
    path("<slug:slug>/", queue.queue, name="queue"),
    path("<slug:slug>/closed/", queue.closed, name="closed"),
    path("<slug:slug>/search/", queue.search, name="search"),
    path("<slug:slug>/tray/", tray.tray, name="tray"),
    path("<slug:slug>/lost/", lost.lost, name="lost"),
    path("<slug:slug>/tray/<str:public_id>/", tray.submission, name="submission"),
    path("<slug:slug>/tray/<str:public_id>/look/", tray.look, name="submission_look"),
    path("<slug:slug>/tray/<str:public_id>/file/<int:number>/", mail_page.file, name="submission_file"),
    path("<slug:slug>/tray/<str:public_id>/link/", tray.link, name="submission_link"),
    path("<slug:slug>/tray/<str:public_id>/open/", tray.open_as, name="submission_open"),
    path("<slug:slug>/tray/<str:public_id>/aside/", tray.set_aside, name="submission_aside"),
    path("<slug:slug>/tray/<str:public_id>/back/", tray.bring_back, name="submission_back"),
    path("<slug:slug>/rulebook/", rulebook.regimes, name="rulebook"),
    path("<slug:slug>/rulebook/<str:code>/", rulebook.regime, name="regime"),
    path(case, casefile.show, name="case"),
    path(f"{case}reveal/", acts.reveal_person, name="reveal"),
    path(f"{case}assign/", acts.assign, name="assign"),
    path(f"{case}note/", acts.note, name="note"),
    path(f"{case}reply/", acts.reply, name="reply"),
    path(f"{case}again/<int:number>/", acts.try_again, name="again"),
    path(f"{case}take-back/", acts.take_back, name="take_back"),
    path(f"{case}by-hand/<int:number>/", acts.by_hand, name="by_hand"),
    path(f"{case}clear-third-party/", acts.clear_third_party, name="clear_third_party"),
    path(f"{case}recipients-told/", acts.recipients_told, name="recipients_told"),
    path(f"{case}hold/", acts.place_hold, name="hold"),
    path(f"{case}hold/<int:number>/lift/", acts.lift_hold, name="lift"),
    path(f"{case}hold/<int:number>/renew/", acts.renew_hold, name="renew"),
    path(f"{case}original/", papers.original, name="original"),
    path(f"{case}letters/<int:number>/", papers.letter, name="letter"),
    path(f"{case}letters/<int:number>/pdf/", papers.letter_pdf, name="letter_pdf"),
    path(f"{case}papers/<int:number>/", papers.paper, name="paper"),
    path(f"{case}letters/<int:number>/lost/", lost.act, name="letter_lost"),
    path(f"{case}decide/", decide.decide, name="decide"),
    path(f"{case}approve/", approve.approve, name="approve"),
]
