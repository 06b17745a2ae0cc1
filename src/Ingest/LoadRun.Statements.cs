using System.Data;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest;

/// <content>The statements before and after the files.</content>
internal sealed partial class LoadRun
{
    /// <summary>
    /// Whether --before-sql is to run: it may be a TRUNCATE, which must not take away what an earlier run has loaded and this one
    /// leaves as it is.
    /// </summary>
    private async Task<bool> MayRunBeforeAsync(RunPlan plan, ControlSession control, CancellationToken cancellationToken)
    {
        if (!job.Resume) return true;
        if (goesOn)
        {
            log.LogInformation("--before-sql is not run: this run goes on with an interrupted one");
            return false;
        }
        var known = await control.DoAsync(s => s.FindLatestAsync(plan.FileNames, plan.Target.FullName, cancellationToken), cancellationToken);
        if (job.Mode == LoadMode.Replace) return !await IsReplacedAsync(plan, known, control, cancellationToken);
        for (var i = 0; i < known.Length; i++)
        {
            if (!(await ResumeDecision.MakeAsync(job, plan.Target, plan.Files[i], known[i], cancellationToken)).IsDone) continue;
            log.LogInformation("--before-sql is not run: {File} is loaded already, which it might undo; --restart loads every file anew", plan.Files[i].Plan.Name);
            return false;
        }
        return true;
    }

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
