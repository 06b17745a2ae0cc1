using Ingest.Sandbox;
using Ingest.Sandbox.Host;
using Npgsql;

try
{
    switch (HostArguments.Parse(args))
    {
        case HoldArguments hold:
            await SandboxHold.RunAsync(hold.Options);
            break;
        case SqlArguments sql:
            await SqlScript.RunAsync(sql.Dsn, sql.Script, Console.Out);
            break;
    }

    return 0;
}
catch (FormatException e)
{
    Console.Error.WriteLine($"ingest-sandbox: {e.Message}");
    Console.Error.WriteLine(HostArguments.Usage);
    return 2;
}
catch (Exception e) when (e is SandboxException or NpgsqlException or IOException)
{
    Console.Error.WriteLine($"ingest-sandbox: {e.Message}");
    return 1;
}
