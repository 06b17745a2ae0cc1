using System.Text;
using Ingest.Convert;

namespace Ingest.Tests.Convert;

/// <summary>A JSON object is staged in the form that composite types and hstore read; anything else is left to the server.</summary>
public sealed class ObjectTextTests
{
    [Theory]
    [InlineData("{\"b\": \"x \\\"q\\\" \\\\ ,)\", \"a\": 1.50}", "(\"1.50\",\"x \\\"q\\\" \\\\ ,)\")")]
    [InlineData("{\"a\": null, \"b\": \"\"}", "(,\"\")")]
    [InlineData("{}", "(,)")]
    [InlineData("{\"a\": 1, \"c\": 2}", "{\"a\": 1, \"c\": 2}")]
    [InlineData("(1,x)", "(1,x)")]
    [InlineData("{\"a\": 1", "{\"a\": 1")]
    [InlineData("", "")]
    public void Its_members_are_the_attributes_of_a_composite_type(string text, string expected) =>
        Assert.Equal(expected, Written(["a", "b"], text));

    [Theory]
    [InlineData("{\"k\\\"1\": \"v\", \"2\": null, \"\": true}", "\"k\\\"1\"=>\"v\",\"2\"=>NULL,\"\"=>\"true\"")]
    [InlineData("{}", "")]
    [InlineData("a=>1", "a=>1")]
    [InlineData("{a=>1", "{a=>1")]
    [InlineData("{\"\\ud800\": 1}", "{\"\\ud800\": 1}")]
    public void Its_members_are_the_pairs_of_an_hstore(string text, string expected) => Assert.Equal(expected, Written(null, text));

    private static string Written(string[]? attributes, string text) => Encoding.UTF8.GetString(Encoded.Payload(new ObjectTextEncoder(attributes), text));
}
