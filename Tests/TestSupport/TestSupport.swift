// Seeded generators and the tool runner.
