"""A family's own pages: follow-up plan, medicine reminders, calendars."""
