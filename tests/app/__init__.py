"""The application that calls the database: its marketing endpoints and calendar page, in small."""
