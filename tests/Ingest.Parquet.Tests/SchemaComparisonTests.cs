using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Tests.Writing;

namespace Ingest.Parquet.Tests;

/// <summary>Which schemas declare the same: a run decides once for all files that do.</summary>
public sealed class SchemaComparisonTests
{
    private const int Utf8 = 0;
    private const int UInt64 = 14;
    private const int Int64 = 18;

    private static readonly TestNode[] Declared =
    [
        new("root", Repetition.Required, Children: 3),
        new("id", Repetition.Required, PhysicalType.Int64, Converted: Int64),
        new("code", Repetition.Optional, PhysicalType.FixedLenByteArray, TypeLength: 9),
        new("names", Repetition.Repeated, Children: 1),
        new("name", Repetition.Optional, PhysicalType.ByteArray, Converted: Utf8),
    ];

    public static TheoryData<string> Changes => [.. Changed.Keys];

    private static Dictionary<string, TestNode[]> Changed { get; } = new()
    {
        ["a name"] = With(1, n => n with { Name = "ID" }),
        ["whether it may be null"] = With(1, n => n with { Repetition = Repetition.Optional }),
        ["how it is stored"] = With(2, n => n with { Type = PhysicalType.ByteArray }),
        ["the length"] = With(2, n => n with { TypeLength = 10 }),
        ["the sign"] = With(1, n => n with { Converted = UInt64 }),
        ["the meaning"] = With(4, n => n with { Converted = null }),
        ["a nested name"] = With(4, n => n with { Name = "nom" }),
        ["a field more"] = [.. With(0, n => n with { Children = 4 }), new("more", Repetition.Optional, PhysicalType.Boolean)],
        ["a nested field more"] = [.. With(3, n => n with { Children = 2 }), new("more", Repetition.Optional, PhysicalType.Boolean)],
        ["the order"] = [Declared[0], Declared[2], Declared[1], .. Declared[3..]],
    };

    [Fact]
    public void The_same_declarations_are_the_same() => Assert.True(Read(Declared).IsSameAs(Read(Declared)));

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_of_anything_that_a_reader_depends_on_is_told(string change)
    {
        var (declared, changed) = (Read(Declared), Read(Changed[change]));
        Assert.False(declared.IsSameAs(changed));
        Assert.False(changed.IsSameAs(declared));
    }

    private static TestNode[] With(int place, Func<TestNode, TestNode> change) => [.. Declared.Select((n, i) => i == place ? change(n) : n)];

    private static SchemaNode Read(TestNode[] nodes)
    {
        using var file = ParquetFile.Open(new MemoryByteSource("m", new TestFile(nodes).ToArray()));
        return file.Schema.Root;
    }
}
