namespace Ingest.Sandbox;
