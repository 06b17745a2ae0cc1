using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Tests.Writing;

namespace Ingest.Parquet.Tests;

public sealed class NestedTests
{
    private static readonly TestNode Root = new("root", Repetition.Required, Children: 1);
    private static readonly TestNode List = new("l", Repetition.Optional, Children: 1, Converted: 3);

    [Fact]
    public void A_three_level_list_has_nullable_elements() =>
        AssertShape("List?(Scalar?)", List, new("list", Repetition.Repeated, Children: 1), Leaf("element", Repetition.Optional));

    [Fact]
    public void A_two_level_list_of_primitives_has_required_elements() =>
        AssertShape("List?(Scalar)", List, Leaf("element", Repetition.Repeated));

    [Fact]
    public void A_repeated_group_of_several_fields_is_the_element() =>
        AssertShape("List?(Struct(Scalar,Scalar?))", List, new("element", Repetition.Repeated, Children: 2),
            Leaf("a", Repetition.Required), Leaf("b", Repetition.Optional));

    [Theory]
    [InlineData("array")]
    [InlineData("l_tuple")]
    public void A_repeated_group_with_a_legacy_name_is_the_element(string name) =>
        AssertShape("List?(Struct(Scalar))", List, new(name, Repetition.Repeated, Children: 1), Leaf("a", Repetition.Required));

    [Fact]
    public void A_repeated_list_in_a_list_is_the_element() =>
        AssertShape("List?(List(Scalar))", List, new("element", Repetition.Repeated, Children: 1, Converted: 3), Leaf("x", Repetition.Repeated));

    [Fact]
    public void A_repeated_field_without_annotation_is_a_required_list() =>
        AssertShape("List(Scalar)", Leaf("x", Repetition.Repeated));

    [Fact]
    public void A_map_has_keys_and_values() =>
        AssertShape("Map?(Scalar,Scalar?)", new("m", Repetition.Optional, Children: 1, Converted: 1),
            new("key_value", Repetition.Repeated, Children: 2), Leaf("key", Repetition.Required), Leaf("value", Repetition.Optional));

    [Fact]
    public void A_list_annotation_on_another_group_makes_a_struct() =>
        AssertShape("Struct?(Scalar)", List, Leaf("a", Repetition.Required));

    [Theory]
    // Two columns of one list of structs: levels of the second that contradict the first, in each way.
    [InlineData(new[] { 0, 1 }, new[] { 1, 1 }, new[] { 0, 0 }, new[] { 1, 1 })]
    [InlineData(new[] { 0, 1 }, new[] { 1, 1 }, new[] { 0 }, new[] { 1 })]
    [InlineData(new[] { 0 }, new[] { 0 }, new[] { 0 }, new[] { 1 })]
    [InlineData(new[] { 0 }, new[] { 1 }, new[] { 0 }, new[] { 0 })]
    [InlineData(new[] { 0, 1 }, new[] { 1, 0 }, new[] { 0, 1 }, new[] { 1, 0 })]
    public void Columns_that_disagree_on_a_list_are_an_error(int[] repetitions1, int[] definitions1, int[] repetitions2, int[] definitions2)
    {
        var bytes = new TestFile(
            Root, new TestNode("s", Repetition.Repeated, Children: 2), Leaf("a", Repetition.Required), Leaf("b", Repetition.Required))
            .AddRowGroup(1, Column("a", repetitions1, definitions1), Column("b", repetitions2, definitions2)).ToArray();
        using var file = ParquetFile.Open(new MemoryByteSource("nested", bytes));
        var error = Assert.Throws<ParquetException>(() => Canonical.Rows(file).Count());
        Assert.Equal(ParquetError.Corrupt, error.Error);
        Assert.Equal("nested", error.File);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    public void Columns_that_disagree_on_a_struct_are_an_error(int definition1, int definition2)
    {
        var bytes = new TestFile(
            Root, new TestNode("s", Repetition.Optional, Children: 2), Leaf("a", Repetition.Optional), Leaf("b", Repetition.Optional))
            .AddRowGroup(1, Of("a", definition1), Of("b", definition2)).ToArray();
        using var file = ParquetFile.Open(new MemoryByteSource("nested", bytes));
        Assert.Equal(ParquetError.Corrupt, Assert.Throws<ParquetException>(() => Canonical.Rows(file).Count()).Error);

        static TestColumn Of(string name, int definition) => Column(name, [0], [definition]) with
        {
            MaxDefinition = 2,
            MaxRepetition = 0,
            Values = definition == 2 ? [BitConverter.GetBytes(1)] : [],
        };
    }

    [Fact]
    public void Rows_are_read_in_any_order()
    {
        using var file = ParquetFile.Open(Path.Combine(Corpora.Own, "nested_v2.parquet"));
        using var reader = file.OpenRowGroup(0);
        using var slice = reader.ReadSlice()!;
        var forward = Canonical.Rows(file).ToArray();
        var fields = file.Schema.Fields.Select(f => new Vectors.NestedReader(slice, f)).ToArray();
        foreach (var row in Enumerable.Range(0, slice.RowCount).OrderBy(r => r * 37 % slice.RowCount))
        {
            var text = new System.Text.StringBuilder();
            Canonical.WriteRow(slice, fields, row, text);
            Assert.Equal(forward[row], text.ToString());
        }
    }

    [Fact]
    public void A_VARIANT_is_named_when_it_is_asked_for_and_no_hindrance_otherwise()
    {
        var footer = new CompactWriter().I32(1, 1).List(2, 12, 5)
            .BeginElement().Text(4, "root").I32(5, 2).End()
            .BeginElement().I32(1, 1).I32(3, 0).Text(4, "id").End()
            .BeginElement().I32(3, 0).Text(4, "v").I32(5, 2).Begin(10).Begin(16).End().End().End()
            .BeginElement().I32(1, 6).I32(3, 0).Text(4, "metadata").End()
            .BeginElement().I32(1, 6).I32(3, 0).Text(4, "value").End()
            .I64(3, 0).List(4, 12, 1).BeginElement().List(1, 12, 3);
        foreach (var type in new[] { 1, 6, 6 })
            footer.BeginElement().Begin(3).I32(1, type).I32(4, 0).I64(5, 0).I64(6, 0).I64(7, 0).I64(9, 4).End().End();
        var tail = footer.I64(2, 0).I64(3, 0).End().Stop().ToArray();
        using var file = ParquetFile.Open(new MemoryByteSource("variant", (byte[])[.. "PAR1"u8, .. tail, .. BitConverter.GetBytes(tail.Length), .. "PAR1"u8]));
        var error = Assert.Throws<ParquetException>(() => file.OpenRowGroup(0));
        Assert.Equal(ParquetError.Unsupported, error.Error);
        Assert.Equal("v", error.Column);
        file.OpenRowGroup(0, [file.Schema.Find("id")!]).Dispose();
    }

    private static TestNode Leaf(string name, Repetition repetition) => new(name, repetition, PhysicalType.Int32);

    private static TestColumn Column(string name, int[] repetitions, int[] definitions) => new()
    {
        Type = PhysicalType.Int32,
        Path = ["s", name],
        MaxDefinition = 1,
        MaxRepetition = 1,
        Definitions = definitions,
        Repetitions = repetitions,
        Values = [.. definitions.Where(d => d == 1).Select(_ => BitConverter.GetBytes(1))],
    };

    private static void AssertShape(string expected, params IEnumerable<TestNode> nodes)
    {
        using var file = ParquetFile.Open(new MemoryByteSource("shape", new TestFile([Root, .. nodes]).ToArray()));
        Assert.Equal(expected, Describe(Assert.Single(file.Schema.Fields)));
    }

    private static string Describe(ValueShape shape)
    {
        ValueShape?[] parts = shape.Kind switch
        {
            ShapeKind.Struct => [.. shape.Fields],
            ShapeKind.List => [shape.Element],
            ShapeKind.Map => [shape.Key, shape.Value],
            _ => [],
        };
        var inner = string.Join(",", parts.Select(p => Describe(p!)));
        return shape.Kind + (shape.IsOptional ? "?" : "") + (inner.Length > 0 ? $"({inner})" : "");
    }
}
