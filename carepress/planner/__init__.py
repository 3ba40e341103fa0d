"""Pages and calendars for one family: the follow-up plan and medicine reminders."""
