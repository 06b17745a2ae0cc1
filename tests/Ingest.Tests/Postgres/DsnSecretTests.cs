using FsCheck;
using FsCheck.Fluent;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Tests.Postgres;

public sealed class DsnSecretTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(3_000);

    // Long enough that it is in a message only when it was copied there.
    private static readonly Gen<string> Password = Gen.Elements("abcXYZ019!#$%&*+,-./:;<=>?@[]^_{|}~ \\'\"éß☃".ToCharArray())
        .ArrayOf(14).Select(chars => "cAn4ry" + new string(chars));

    private static readonly Gen<Func<string, string>> Form = Gen.Elements<Func<string, string>>(
        pw => $"postgresql://u:{Uri.EscapeDataString(pw)}@h:5432/d?sslmode=prefer",
        pw => $"postgresql://h/d?user=u&password={Uri.EscapeDataString(pw)}",
        pw => $"host=h user=u password='{pw.Replace("\\", "\\\\").Replace("'", "\\'")}' dbname=d",
        pw => new NpgsqlConnectionStringBuilder { Host = "h", Username = "u", Database = "d", Password = pw }.ConnectionString);

    private static readonly Gen<Func<string, string>> RawForm = Gen.Elements<Func<string, string>>(
        pw => $"postgresql://u:{pw}@h:5432/d",
        pw => $"postgres://u:{pw}@h/d?bogus=1",
        pw => $"host=h password={pw} dbname=d bogus=1",
        pw => $"password='{pw} host=h",
        pw => $"Host=h;Password={pw};Port=x",
        pw => $"Host=h;Password={pw};Bogus=x");

    [Fact]
    public void A_password_comes_through_every_form_unchanged() => Prop.ForAll(
        (from pw in Password from form in Form select (pw, form)).ToArbitrary(),
        pair => Assert.Equal(pair.pw, Dsn.Resolve(pair.form(pair.pw), new Dictionary<string, string>()).Password)).Check(Many);

    [Fact]
    public void No_message_and_no_display_contains_the_password() => Prop.ForAll(
        (from pw in Password from form in RawForm select (pw, form)).ToArbitrary(),
        pair => AssertKeptSecret(pair.form(pair.pw), pair.pw)).Check(Many);

    [Fact]
    public void No_message_contains_the_password_when_a_character_is_lost_or_doubled_anywhere() => Prop.ForAll(
        (from form in Form from at in Gen.Choose(0, 200) from doubled in Gen.Elements(true, false) select (form, at, doubled)).ToArbitrary(),
        change =>
        {
            const string password = "cAn4ryXq7Zt9";
            var dsn = change.form(password);
            var at = change.at % dsn.Length;
            // Without the ':' of a URI, user name and password are one well-formed user name.
            if (!change.doubled && dsn[at] == ':' && dsn.StartsWith("postgresql://u", StringComparison.Ordinal)) return;
            AssertKeptSecret(change.doubled ? dsn.Insert(at, dsn[at].ToString()) : dsn.Remove(at, 1), "n4ryXq7Z");
        }).Check(Many);

    [Fact]
    public void No_message_contains_a_password_from_the_environment() =>
        AssertKeptSecret("postgresql://u@h:bad/d", "cAn4ryXq7Zt9", new() { ["PGPASSWORD"] = "cAn4ryXq7Zt9" });

    [Fact]
    public void The_filter_takes_out_every_spelling_of_a_secret() => Prop.ForAll(
        (from pw in Password from form in Form select (pw, form)).ToArbitrary(),
        pair =>
        {
            var filter = new SecretFilter(pair.pw);
            Assert.DoesNotContain("cAn4ry", filter.Apply($"connecting with {pair.form(pair.pw)} failed"));
            Assert.DoesNotContain(pair.pw, filter.Apply($"password \"{pair.pw}\" is wrong"));
        }).Check(Many);

    [Fact]
    public void The_filter_leaves_text_without_secrets_alone()
    {
        const string text = "a file of abc";
        Assert.Equal(text, SecretFilter.None.Apply(text));
        Assert.Equal(text, new SecretFilter(null, "", "abc").Apply(text));
        Assert.Equal(text, SecretFilter.For(Dsn.Resolve("postgresql://u:another@h/d", new Dictionary<string, string>())).Apply(text));
    }

    private static void AssertKeptSecret(string dsn, string secret, Dictionary<string, string>? env = null)
    {
        string shown;
        try
        {
            shown = DsnDisplay.Show(Dsn.Resolve(dsn, env ?? []));
        }
        catch (PlanException e)
        {
            shown = e.ToString();
        }
        Assert.DoesNotContain(secret, shown);
    }
}
