using System.Data;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest;

/// <content>The statements before and after the files.</content>
internal sealed partial class LoadRun
{
    /// <summary>Runs a user's statements. What they leave open would take the manifest's with it.</summary>
    private static async Task RunSqlAsync(ControlSession control, string option, string text, CancellationToken cancellationToken)
    {
        var connection = control.Connection;
        try
        {
            await connection.ExecuteAsync(text, [], cancellationToken);
            if (!await OpenTransaction.RollBackAsync(connection, cancellationToken)) return;
        }
        catch (PostgresException e)
        {
            if (connection.State == ConnectionState.Open) await connection.ExecuteAsync(OpenTransaction.RollBack, [], cancellationToken);
            throw PlanErrors.SqlFailed(option, e);
        }
        throw PlanErrors.SqlLeftOpen(option);
    }

    /// <summary>A role that may not analyze a table, or a partition, is only warned by the server.</summary>
    private async Task AnalyzeAsync(NpgsqlConnection connection, TargetTable target, CancellationToken cancellationToken)
    {
        void Warn(object sender, NpgsqlNoticeEventArgs e)
        {
            if (e.Notice.InvariantSeverity == "WARNING") log.LogWarning("--analyze: {Warning}", e.Notice.MessageText);
        }

        connection.Notice += Warn;
        try
        {
            await connection.ExecuteAsync(CatalogSql.Analyze(target.QuotedName), [], cancellationToken);
        }
        finally
        {
            connection.Notice -= Warn;
        }
    }
}
