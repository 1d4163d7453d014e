from django.urls import path

from maps.tickets import door, mine, organising, shop

urlpatterns = [
    path("", mine.my_tickets, name="tickets"),
    path("<int:event_id>/", shop.event_page, name="ticket-sale"),
    path("<int:event_id>/order/", shop.place_order, name="ticket-order-place"),
    path("<int:event_id>/wait/", shop.wait, name="ticket-wait"),
    path("orders/<uuid:order_id>/", mine.order_page, name="ticket-order"),
    path("orders/<uuid:order_id>/pay/", mine.pay, name="ticket-pay"),
    path("orders/<uuid:order_id>/cancel/", mine.cancel, name="ticket-cancel"),
    path("payments/<slug:reference>/", mine.recorded_payment, name="ticket-payment"),
    path("manage/", organising.sales_page, name="ticket-sales"),
    path("manage/<int:event_id>/", organising.sale_page, name="ticket-sale-manage"),
    path("manage/<int:event_id>/tickets.csv", organising.export, name="ticket-sale-csv"),
    path("manage/<int:event_id>/refund/", organising.refund, name="ticket-refund"),
    path("manage/<int:event_id>/door/", door.door_page, name="ticket-door"),
]
