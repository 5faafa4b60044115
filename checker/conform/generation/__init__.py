"""Generated scripts, services, particles and attacks."""
