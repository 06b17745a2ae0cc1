using System.Globalization;
using FsCheck.Fluent;
using Ingest.Convert;
using Ingest.Lanes;

namespace Ingest.Tests.Convert;

/// <summary>Values that the server holds equal have one hash; others spread over the lanes.</summary>
public sealed class CanonicalKeyHashTests
{
    [Fact]
    public void Numerics_hash_by_value_in_every_spelling()
    {
        var spellings =
            from units in Gen.Choose(-2_000_000, 2_000_000)
            from scale in Gen.Choose(0, 12)
            from zeros in Gen.Choose(0, 9)
            from shift in Gen.Choose(-6, 6)
            select (Value: new decimal(Math.Abs(units), 0, 0, units < 0, (byte)scale), zeros, shift);
        var numeric = Encoded.For(TypeOids.Numeric);
        foreach (var (value, zeros, shift) in spellings.Sample(3000, 50))
        {
            var plain = value.ToString(CultureInfo.InvariantCulture);
            var padded = (plain.Contains('.') ? plain : plain + ".") + new string('0', zeros);
            var shifted = $"{(shift < 0 ? value * Power(-shift) : value / Power(shift)).ToString(CultureInfo.InvariantCulture)}e{shift}";
            Assert.Equal(Hash(numeric, plain), Hash(numeric, padded));
            Assert.Equal(Hash(numeric, plain), Hash(numeric, shifted));
        }

        static decimal Power(int exponent) => (decimal)Math.Pow(10, exponent);
    }

    [Theory]
    [InlineData(TypeOids.Numeric, "0", "-0.000")]
    [InlineData(TypeOids.Numeric, "NaN", "nan")]
    [InlineData(TypeOids.Float8, "0", "-0")]
    [InlineData(TypeOids.Float8, "NaN", "-nan")]
    [InlineData(TypeOids.Float4, "0", "-0")]
    [InlineData(TypeOids.Bpchar, "a", "a   ")]
    [InlineData(TypeOids.TimestampTz, "2020-01-02 10:00+02", "2020-01-02T08:00:00Z")]
    [InlineData(TypeOids.Uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}")]
    internal void Equal_values_have_one_hash(uint oid, string one, string other) =>
        Assert.Equal(Hash(Encoded.For(oid), one), Hash(Encoded.For(oid), other));

    [Fact]
    public void Zero_groups_that_another_encoder_left_in_do_not_count() =>
        Assert.Equal(
            CanonicalKeyHash.Add(CanonicalKeyHash.Empty, [0, 1, 0, 1, 0, 0, 0, 2, 0, 7], KeyEquality.Numeric),
            CanonicalKeyHash.Add(CanonicalKeyHash.Empty, [0, 4, 0, 2, 0, 0, 0, 5, 0, 0, 0, 7, 0, 0, 0, 0], KeyEquality.Numeric));

    [Fact]
    public void A_numeric_rounded_to_its_column_hashes_as_the_stored_value()
    {
        var price = Encoded.For(TypeOids.Numeric, ((10 << 16) | 2) + 4);
        Assert.Equal(Hash(price, "1.005"), Hash(price, "1.01"));
        Assert.NotEqual(Hash(price, "1.004"), Hash(price, "1.01"));
    }

    [Fact]
    public void Different_keys_differ_and_spread_evenly()
    {
        const int lanes = 4;
        const int keys = 20_000;
        foreach (var oid in new[] { TypeOids.Int4, TypeOids.Int8, TypeOids.Numeric, TypeOids.Float8, TypeOids.Text, TypeOids.Date })
        {
            var encoder = Encoded.For(oid);
            var hashes = Enumerable.Range(0, keys).Select(i => Hash(encoder, oid == TypeOids.Date ? new DateOnly(1990, 1, 1).AddDays(i).ToString("O", null) : $"{i}")).ToArray();
            Assert.Equal(keys, hashes.Distinct().Count());
            foreach (var lane in hashes.CountBy(hash => hash % lanes)) Assert.InRange(lane.Value, keys / lanes * 0.9, keys / lanes * 1.1);
        }
    }

    [Fact]
    public void The_columns_of_a_key_count_in_order_and_a_null_is_none_of_the_values()
    {
        var text = Encoded.For(TypeOids.Text);
        ulong Two(string a, string b) => CanonicalKeyHash.Add(Hash(text, a), Encoded.Payload(text, b), KeyEquality.Bytes);
        Assert.NotEqual(Two("ab", "c"), Two("a", "bc"));
        Assert.NotEqual(Two("a", "b"), Two("b", "a"));
        Assert.NotEqual(Two("a", ""), CanonicalKeyHash.AddNull(Hash(text, "a")));
        Assert.NotEqual(CanonicalKeyHash.AddNull(CanonicalKeyHash.Empty), Hash(text, ""));
    }

    [Fact]
    public void Every_byte_of_a_key_counts()
    {
        for (var length = 1; length <= 70; length++)
        {
            var key = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
            var hash = CanonicalKeyHash.Add(CanonicalKeyHash.Empty, key, KeyEquality.Bytes);
            for (var i = 0; i < length; i++)
            {
                key[i] ^= 1;
                Assert.NotEqual(hash, CanonicalKeyHash.Add(CanonicalKeyHash.Empty, key, KeyEquality.Bytes));
                key[i] ^= 1;
            }
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(7, 4)]
    [InlineData(1024, 2)]
    [InlineData(2048, 4)]
    [InlineData(262_144, 3)]
    [InlineData(1_048_576, 2)]
    public void Integers_are_dealt_evenly_and_neighbours_together(long stride, int lanes)
    {
        var dealer = new Dealer(lanes, Dealer.TextStretch);
        var dealt = new int[lanes];
        for (var i = 0L; i < 400_000; i++)
        {
            var lane = dealer.ByKey(RunHash(i * stride - 1_000_000));
            dealt[lane]++;
            Assert.Equal(dealer.ByKey(RunHash((i * stride - 1_000_000) & ~1023L)), lane);
        }

        Assert.All(dealt, count => Assert.InRange(count, 400_000 / lanes * 0.95, 400_000 / lanes * 1.05));
    }

    [Fact]
    public void Different_integers_have_different_hashes()
    {
        var random = new Random(3);
        var values = Enumerable.Range(-200_000, 400_000).Select(i => (long)i)
            .Concat(Enumerable.Range(0, 200_000).Select(_ => random.NextInt64(long.MinValue, long.MaxValue))).ToHashSet();

        Assert.Equal(values.Count, values.Select(RunHash).ToHashSet().Count);
    }

    private static ulong RunHash(long value)
    {
        var payload = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(payload, value);
        return CanonicalKeyHash.AddRun(CanonicalKeyHash.Empty, payload);
    }

    private static ulong Hash(FieldEncoder encoder, string text) =>
        CanonicalKeyHash.Add(CanonicalKeyHash.Empty, Encoded.Payload(encoder, text), encoder.KeyEquality);
}
