using System.Text;
using Ingest.Convert;
using Ingest.Testing;

namespace Ingest.Tests.Convert;

/// <summary>A JSON array is staged in the form that the server's array types read; anything else is left to the server.</summary>
public sealed class ArrayTextTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("[]", "{}")]
    [InlineData("[1, 2.50, null]", "{\"1\",\"2.50\",NULL}")]
    [InlineData("[\"a,\\\"b\\\\\", \"\", \"NULL\"]", "{\"a,\\\"b\\\\\",\"\",\"NULL\"}")]
    [InlineData("[[1, 2], [3, null]]", "{{\"1\",\"2\"},{\"3\",NULL}}")]
    [InlineData("[{\"a\": [1]}, true]", "{\"{\\\"a\\\": [1]}\",\"true\"}")]
    [InlineData("{1,2}", "{1,2}")]
    [InlineData("[2:3]={1,2}", "[2:3]={1,2}")]
    [InlineData("[1, 2", "[1, 2")]
    [InlineData("[1] 2", "[1] 2")]
    [InlineData("[\"\\ud800\"]", "[\"\\ud800\"]")]
    [InlineData("", "")]
    public void It_is_written_as_the_array_input_function_reads_it(string text, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Encoded.Payload(new ArrayTextEncoder(), text)));

    [Theory]
    [InlineData("[1,null,3]", "int[]", "[1,null,3]")]
    [InlineData("[[\"a\",\"b\\\"\\\\,{}\"],[\"\",\"null\"]]", "text[]", "[[\"a\",\"b\\\"\\\\,{}\"],[\"\",\"null\"]]")]
    [InlineData("[{\"a\":\"x\\\"y\"}]", "jsonb[]", "[{\"a\":\"x\\\"y\"}]")]
    public async Task The_server_reads_the_same_elements(string json, string type, string expected)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var literal = Encoding.UTF8.GetString(Encoded.Payload(new ArrayTextEncoder(), json)).Replace("'", "''", StringComparison.Ordinal);
        Assert.True(await database.ScalarAsync<bool>($"SELECT to_jsonb('{literal}'::{type}) = '{expected.Replace("'", "''", StringComparison.Ordinal)}'::jsonb"));
    }
}
