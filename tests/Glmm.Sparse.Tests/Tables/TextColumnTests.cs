using System.Text;
using CsCheck;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Tables;

[TestFixture]
internal sealed class TextColumnTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.OneOf("", "a", "b", "é", "\uFFFD", "𐀀", "12345678", "123456789"), Gen.String[0, 20].Where(IsWhole));

    [Test]
    public void CodesNumberTheTextsAsADictionaryDoes() => Gen.OneOf(Text, Gen.Int[0, 99].Select(i => $"id{i}"))
        .Array[0, 500].Sample(
            texts =>
            {
                var codeOf = new Dictionary<string, int>(StringComparer.Ordinal);
                int[] codes = [.. texts.Select(text => codeOf.TryGetValue(text, out int code)
                    ? code : codeOf[text] = codeOf.Count)];
                var builder = new TextColumnBuilder("x");
                for (int i = 0; i < texts.Length; i++)
                {
                    if (i % 2 == 0)
                        builder.Add(texts[i]);
                    else
                        builder.Add(Encoding.UTF8.GetBytes(texts[i]));
                }

                TextColumn column = builder.BuildText();
                Assert.That(codes.Select((_, row) => column[row]), Is.EqualTo(codes));
                Assert.That(column.Texts, Is.EqualTo(codeOf.Keys));
                Assert.That(texts.Select((_, row) => column.LabelAt(row)), Is.EqualTo(texts));
            },
            iter: 2_000, threads: 1);

    [Test]
    public void AHundredThousandTextsAndLongOnesAreFoundAgain()
    {
        string[] texts =
        [
            .. Enumerable.Range(0, 100_000).Select(i => $"{i * 7_919L % 100_003}"),
            new string('x', 3_000_000), "", new string('y', 2_000_000),
        ];
        var builder = new TextColumnBuilder("x");
        foreach (string text in texts) builder.Add(text);
        foreach (string text in texts.Reverse()) builder.Add(text);
        TextColumn column = builder.BuildText();
        Assert.That(column.Texts, Is.EqualTo(texts));
        Assert.That(
            Enumerable.Range(0, column.Length).All(row => column[row] == Math.Min(row, column.Length - 1 - row)),
            Is.True);
    }

    [Test]
    public void AnArenaThatIsClearedIsAsNew()
    {
        var arena = new TextArena();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 70_000; i++)
                Assert.That(arena.FindOrAdd(Encoding.UTF8.GetBytes($"{round} {i / 2}")), Is.EqualTo(i / 2));
            Assert.That(arena.TextAt(34_999), Is.EqualTo($"{round} 34999"));
            arena.Clear();
            Assert.That(arena.Count, Is.Zero);
        }
    }

    [Test]
    public void HalfACharacterIsRefused() => Assert.That(
        () => TableColumn.Text("x", "a", "b\uD800"),
        Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("'x'").And.Message.Contains("row 2"));

    [TestCase("date", "2024-02-29", "NA", "1969-12-31", "0001-01-01", "9999-12-31")]
    [TestCase("time", "2024-02-29T23:59:59", "2024-02-29 00:00:00.5", "NA", "1969-12-31T23:59:59.1234567")]
    [TestCase("time", "2024-02-29T23:59:59Z", "1970-01-01T00:00:00.25Z")]
    [TestCase("text", "2024-02-30")]
    [TestCase("text", "2023-02-29")]
    [TestCase("text", "2024-02-29", "2024-2-29")]
    [TestCase("text", "2024-02-29", "2024-02-29T00:00:00")]
    [TestCase("text", "2024-02-29T23:59:59Z", "2024-02-29T23:59:59")]
    [TestCase("text", "2024-02-29T24:00:00")]
    [TestCase("text", "2024-02-29T23:60:00")]
    [TestCase("text", "2024-02-29T23:59:59.")]
    [TestCase("text", "2024-02-29T23:59:59.12345678")]
    [TestCase("text", "2024-02-29T23:59")]
    [TestCase("text", "0000-01-01")]
    [TestCase("text", "2024-00-01")]
    [TestCase("text", "20240-1-01")]
    [TestCase("text", "2024-01-01 ")]
    public void DatesAreToldFromTexts(string kind, params string[] cells)
    {
        TableColumn column = Collect(cells).Build();
        Assert.That(column.Kind, Is.EqualTo(kind));
        Assert.That(column.MissingCount, Is.EqualTo(cells.Count(cell => cell == "NA")));
        Assert.That(Collect(cells).BuildText().Kind, Is.EqualTo("text"));
    }

    [Test]
    public void DaysAreThoseOfTheCalendar() => Gen.Int[DateOnly.MinValue.DayNumber, DateOnly.MaxValue.DayNumber].Sample(
        number =>
        {
            DateOnly day = DateOnly.FromDayNumber(number);
            var column = (DateColumn)Collect($"{day:yyyy-MM-dd}").Build();
            return column.Unit == DateUnit.Days && column[0] == DateColumn.ToDays(day)
                && column.LabelAt(0) == $"{day:yyyy-MM-dd}";
        });

    [Test]
    public void SecondsAreThoseOfTheClock() => Gen.DateTime.Sample(
        time =>
        {
            var column = (DateColumn)Collect($"{time:yyyy-MM-ddTHH:mm:ss.fffffff}").Build();
            return column.Unit == DateUnit.Seconds && column[0] == DateColumn.ToSeconds(time);
        });

    private static TextColumnBuilder Collect(params string[] cells)
    {
        var builder = new TextColumnBuilder("x");
        foreach (string cell in cells)
        {
            if (cell == "NA")
                builder.AddMissing();
            else
                builder.Add(cell);
        }

        return builder;
    }

    private static bool IsWhole(string text) => !text.Any(char.IsSurrogate);
}
