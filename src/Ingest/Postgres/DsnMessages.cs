namespace Ingest.Postgres;

/// <summary>What goes wrong in connection settings. No message quotes a value: any part of one may be a password.</summary>
internal static class DsnMessages
{
    private const string Escapes = "in a user name or password write '/' as %2F, '@' as %40, ':' as %3A, '?' as %3F and '%' as %25";

    public static PlanException UnknownParameter(string origin, string name) => new("bad_dsn",
        $"{origin} has an unknown parameter{Named(name)}; known are {string.Join(", ", DsnParameters.Names)}");

    public static PlanException UnknownNpgsqlKeyword(string origin, string name) => new("bad_dsn",
        $"{origin} has an unknown or unusable keyword{Named(name)}; use Npgsql's keywords (Host, Port, Username, Password, Database, SSL Mode, …) or a URI postgresql://user@host:5432/db");

    public static PlanException BadValue(string origin, string name, string allowed) => new("bad_dsn",
        $"{origin}: parameter '{name}' has a value that is not allowed; give {allowed}");

    public static PlanException LostSeparator(string origin, string name) => new("bad_dsn",
        $"{origin}: the value of parameter{Named(name)} holds another setting; check the separators between the settings");

    public static PlanException NotADsn(string origin) => new("bad_dsn",
        $"{origin} is neither a URI (postgresql://user@host:5432/db) nor a list of keyword=value pairs");

    public static PlanException Syntax(string origin, string what, int index) => new("bad_dsn",
        $"{origin}: {what} at character {index + 1}; put values with spaces in single quotes, and write ' as \\' and \\ as \\\\");

    public static PlanException NpgsqlSyntax(string origin) => new("bad_dsn",
        $"{origin} is not a list of Keyword=value pairs between semicolons; put values with semicolons or quotes in double quotes");

    public static PlanException BadPort(string origin) => new("bad_dsn",
        $"{origin}: the port is not a number from 1 to 65535 (a '/' or '?' in a password ends the host part too: {Escapes})");

    public static PlanException BadHost(string origin) => new("bad_dsn",
        $"{origin}: the host part is malformed; write an IPv6 address in brackets, as in postgresql://user@[::1]:5432/db");

    public static PlanException NoHostName(string origin) => new("bad_dsn",
        $"{origin}: the host is neither a name, an address, nor the path of a socket folder; check the separators between the settings");

    public static PlanException BadEscape(string origin, string part) => new("bad_dsn",
        $"{origin}: the {part} has a '%' that two hexadecimal digits other than 00 do not follow; {Escapes}");

    public static PlanException BadDatabase(string origin) => new("bad_dsn",
        $"{origin}: the database name has a '/' or '@'; {Escapes}");

    public static PlanException BadQuery(string origin) => new("bad_dsn",
        $"{origin}: what follows the '?' is not name=value pairs joined by '&'; {Escapes}");

    public static PlanException PortCount(string origin, int hosts, int ports) => new("bad_dsn",
        $"{origin} has {hosts} hosts and {ports} ports; give one port, or one for each host");

    public static PlanException AddressCount(string origin) => new("bad_dsn",
        $"{origin}: host and hostaddr have different counts; give one address for each host");

    public static PlanException AddressNeedsNoName(string origin) => new("bad_dsn",
        $"{origin}: hostaddr cannot be combined with sslmode=verify-full, which checks the host's name; leave hostaddr out");

    public static PlanException ServiceNotFound(string service, IEnumerable<string> files) => new("service_not_found",
        $"service {Identifier.Show(service)} is in none of {string.Join(", ", files)}; add it there, set PGSERVICEFILE, or unset PGSERVICE");

    public static PlanException ServiceSyntax(string file, int line) => new("bad_service_file",
        $"service file {Identifier.Show(file)}, line {line}: not [name], not name=value, and not a # comment");

    public static PlanException FileUnreadable(string what, string file, Exception inner) => new("file_unreadable",
        $"{what} {Identifier.Show(file)} cannot be read, {FileFailure.Reason(file, inner)}; check its path and permissions", inner);

    // A stray piece of a password can stand where a name is expected; a plain short word is worth the help it gives.
    private static string Named(string name) =>
        name.Length <= 30 && name.All(c => char.IsAsciiLetter(c) || c is '_' or ' ') ? $" '{name}'" : "";
}
