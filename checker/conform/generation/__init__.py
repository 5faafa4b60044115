"""Generated scripts, services and schedules."""
