from otklik.tickets.api.routes import router as router
