using Ingest.Convert;
using Ingest.Formats.Parquet;
using Ingest.Formats.Parquet.Encoders;

namespace Ingest.Plan;

/// <summary>The footer of a Parquet file.</summary>
internal sealed class ParquetPreview : FilePreview
{
    private readonly ParquetProbe probe;
    private readonly LoadJob job;

    /// <summary>Checks the names of the fields.</summary>
    /// <exception cref="PlanException">They cannot be used.</exception>
    public ParquetPreview(ParquetProbe probe, LoadJob job)
        : base(probe.File)
    {
        this.probe = probe;
        this.job = job;
        if (probe.Header.Count == 0) throw PlanErrors.NoColumns(probe.File.Name);
        if (ParquetNames.Given(probe, job) is { } names) probe.Rename(names);
        CheckNames(probe.File.Name, probe.Header, job);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Header => probe.Header;

    /// <inheritdoc/>
    public override bool HasOwnHeader => !probe.IsRenamed;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Options => ["format=parquet"];

    /// <inheritdoc/>
    public override ColumnTypes Types() => new([.. probe.Fields.Select(ParquetColumnType.Of)], $"the types of {File.Name}");

    /// <inheritdoc/>
    /// <remarks>Bytes without an annotation may be no text.</remarks>
    public override ColumnTypes TextTypes() => new([.. probe.Fields.Select(f => ParquetColumnType.Of(f) == "bytea" ? "bytea" : "text")], "text columns");

    /// <inheritdoc/>
    public override FieldEncoder? FindEncoder(int field, PgType type, ConvertOptions convert)
    {
        if (field >= 0 && !ParquetColumnType.Converts(probe.Fields[field], type)) throw NoConversion(field, type);
        if (field >= 0 && probe.Fields[field].RepeatedField is { } twice) throw PlanErrors.RepeatedField(File.Name, Header[field], twice);
        if (EncoderCatalog.Find(type, convert) is { } known) return known;
        if (field < 0 || DirectEncoders.FindField(probe.Fields[field], type, convert) is not { } direct) return null;
        direct.Dispose();
        return new PayloadEncoder(type.Oid == TypeOids.TimestampTz ? KeyEquality.Bytes : KeyEquality.Coarser);
    }

    /// <inheritdoc/>
    public override ConvertOptions OptionsOf(int field, ConvertOptions convert) =>
        field < 0 ? convert : FieldWriters.TextOptions(probe.Fields[field], convert);

    /// <inheritdoc/>
    public override bool SharesColumnsOf(FilePreview other) => other is ParquetPreview parquet && probe.TryShareFields(parquet.probe);

    /// <inheritdoc/>
    public override void Forget() => probe.Forget();

    /// <inheritdoc/>
    public override FilePlan Plan(MatchedColumns columns, ConvertOptions convert) => new ParquetFilePlan(probe, job, columns, convert);

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private PlanException NoConversion(int field, PgType type) => NestedTarget.IsComposite(type)
        ? PlanErrors.NoAttributes(File.Name, Header[field], probe.Fields[field].Fields.Select(f => f.Name), type.SqlName, type.Attributes)
        : PlanErrors.NoConversion(File.Name, Header[field], type.SqlName);
}
