using System.Globalization;
using System.Text;
using CsCheck;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Data;

/// <summary>What a plain writer after RFC 4180 writes is what is read.</summary>
[TestFixture]
internal sealed class CsvRoundTripTests : CsvTestBase
{
    private static readonly Gen<string> Piece =
        Gen.OneOf<string>("a", "\"", ",", "\n", "\r\n", " ", "é", "𐀀", "NA", "1", "TRUE", ";", "\t", "'");

    private static readonly Gen<string> Cell = Piece.Array[1, 5].Select(pieces => string.Concat(pieces));

    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Double.Where(double.IsFinite), Gen.Int[-1000, 1000].Select(i => (double)i), Gen.Int.Select(i => i / 100.0));

    [Test]
    public void TextsAndNumbersComeBack() => Gen.Select(Cell, Number).Array[1, 40]
        .Sample(
            rows =>
            {
                var text = new StringBuilder("\"the, \"\"text\"\"\",n\r\n");
                foreach ((string cell, double number) in rows)
                    text.Append(CultureInfo.InvariantCulture, $"{Quote(cell)},{number:R}\r\n");
                ColumnTable table = Read(text + "zz,0\r\n");

                string[] labels = Labels(table, "the, \"text\"")[..^1];
                var numbers = (NumericColumn)table["n"]!;
                return labels.SequenceEqual(rows.Select(row => Expected(row.Item1)))
                    && rows.Select((row, i) => numbers[i].Equals(row.Item2)).All(same => same);
            },
            iter: 1_000, threads: 1);

    /// <summary>Long quoted and unquoted fields, so that they lie across the reader's buffers.</summary>
    [Test]
    public void FieldsAcrossBuffersComeBack()
    {
        var random = new Random(7);
        string[] cells =
        [
            .. Enumerable.Range(0, 3_000)
                .Select(i => new string(i % 3 == 0 ? '"' : 'x', random.Next(1, 400)) + "," + i),
        ];
        ColumnTable table = Read("t,i\n" + string.Concat(cells.Select((cell, i) => $"{Quote(cell)},{i}\n")));
        Assert.That(Labels(table, "t"), Is.EqualTo(cells));
        Assert.That(((NumericColumn)table["i"]!)[2_999], Is.EqualTo(2_999));
    }

    /// <summary>A cell that is blank or NA is missing.</summary>
    private static string Expected(string cell) => cell.Trim(' ', '\t') is "" or "NA" ? "NA" : cell;

    private static string Quote(string cell) => $"\"{cell.Replace("\"", "\"\"")}\"";
}
