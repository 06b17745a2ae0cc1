using System.Collections.Frozen;
using System.Text;

namespace Ingest.Formats.Csv;

/// <summary>
/// The ASCII form of Latin letters. A table (Unicode 15: Latin-1 Supplement, Extended-A, -B, Additional), since
/// string.Normalize leaves accents where they are when globalization is invariant.
/// </summary>
internal static class LatinLetters
{
    private static readonly FrozenDictionary<char, string> Forms = Build();

    /// <summary>The ASCII letters or digit of a character, or null when it has none.</summary>
    public static string? ToAscii(Rune rune)
    {
        if (rune.IsAscii) return Rune.IsLetterOrDigit(rune) ? rune.ToString() : null;
        return rune.IsBmp ? Forms.GetValueOrDefault((char)rune.Value) : null;
    }

    private static FrozenDictionary<char, string> Build()
    {
        (string Ascii, string Letters)[] table =
        [
            ("A", "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ"),
            ("B", "ḂḄḆ"),
            ("C", "ÇĆĈĊČḈ"),
            ("D", "ÐĎĐḊḌḎḐḒ"),
            ("E", "ÈÉÊËĒĔĖĘĚƏȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ"),
            ("F", "Ḟ"),
            ("G", "ĜĞĠĢǦǴḠ"),
            ("H", "ĤĦȞḢḤḦḨḪ"),
            ("I", "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ"),
            ("J", "Ĵ"),
            ("K", "ĶǨḰḲḴ"),
            ("L", "ĹĻĽĿŁḶḸḺḼ"),
            ("M", "ḾṀṂ"),
            ("N", "ÑŃŅŇǸṄṆṈṊ"),
            ("O", "ÒÓÔÕÖØŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ"),
            ("P", "ṔṖ"),
            ("R", "ŔŖŘȐȒṘṚṜṞ"),
            ("S", "ŚŜŞŠȘṠṢṤṦṨ"),
            ("T", "ŢŤŦȚṪṬṮṰ"),
            ("U", "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ"),
            ("V", "ṼṾ"),
            ("W", "ŴẀẂẄẆẈ"),
            ("X", "ẊẌ"),
            ("Y", "ÝŶŸȲẎỲỴỶỸ"),
            ("Z", "ŹŻŽẐẒẔ"),
            ("a", "ªàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
            ("b", "ḃḅḇ"),
            ("c", "çćĉċčḉ"),
            ("d", "ðďđḋḍḏḑḓ"),
            ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
            ("f", "ḟ"),
            ("g", "ĝğġģǧǵḡ"),
            ("h", "ĥħȟḣḥḧḩḫẖ"),
            ("i", "ìíîïĩīĭįıǐȉȋḭḯỉị"),
            ("j", "ĵǰ"),
            ("k", "ķǩḱḳḵ"),
            ("l", "ĺļľŀłḷḹḻḽ"),
            ("m", "ḿṁṃ"),
            ("n", "ñńņňŉǹṅṇṉṋ"),
            ("o", "ºòóôõöøōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
            ("p", "ṕṗ"),
            ("q", "ĸ"),
            ("r", "ŕŗřȑȓṙṛṝṟ"),
            ("s", "śŝşšſșṡṣṥṧṩ"),
            ("t", "ţťŧțṫṭṯṱẗ"),
            ("u", "µùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
            ("v", "ṽṿ"),
            ("w", "ŵẁẃẅẇẉẘ"),
            ("x", "ẋẍ"),
            ("y", "ýÿŷȳẏẙỳỵỷỹ"),
            ("z", "źżžẑẓẕ"),
            ("AE", "Æ"),
            ("IJ", "Ĳ"),
            ("NG", "Ŋ"),
            ("OE", "Œ"),
            ("SS", "ẞ"),
            ("TH", "Þ"),
            ("ae", "æ"),
            ("ij", "ĳ"),
            ("ng", "ŋ"),
            ("oe", "œ"),
            ("ss", "ß"),
            ("th", "þ"),
        ];
        return table.SelectMany(row => row.Letters.Select(letter => (letter, row.Ascii))).ToFrozenDictionary(f => f.letter, f => f.Ascii);
    }
}
