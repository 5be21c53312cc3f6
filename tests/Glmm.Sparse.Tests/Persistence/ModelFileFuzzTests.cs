using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Glmm.Sparse.Families;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Formula;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Persistence;

/// <summary>
/// Files that something happened to: ten thousand random changes, half of them with a checksum that fits, so that what
/// lies behind it is met.
/// </summary>
[TestFixture]
internal sealed partial class ModelFileFuzzTests
{
    private const int Mutations = 10_000;

    /// <summary>What reading may take: the texts and numbers of a file several times over, and the reader's own.</summary>
    private const int BytesPerByte = 60;
    private const int FixedBytes = 400_000;

    private static readonly byte[][] s_files =
    [
        SampleModels.Bytes(SampleModels.Rich()),
        SampleModels.Bytes(SampleModels.Rich(EstimationMethod.Laplace, Family.NegativeBinomial())),
        SampleModels.Bytes(SampleModels.Rich(EstimationMethod.Mql, Family.Gaussian, Link.Log, "size")),
        SampleModels.Bytes(SampleModels.Bases()),
    ];

    [Test]
    public void TenThousandChangesGiveATypedErrorOrAModel()
    {
        int typed = 0, valid = 0, behind = 0;
        for (int seed = 0; seed < Mutations; seed++)
        {
            var random = new Random(seed);
            byte[] original = s_files[random.Next(s_files.Length)];
            bool resealed = seed % 2 == 0;
            byte[] file = resealed ? Reseal(original, random) : Mutate(original, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                GlmmModel model = SampleModels.Load(file);
                long used = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.That(used, Is.LessThan(FixedBytes + (BytesPerByte * file.Length)), $"seed {seed}");
                Assert.That(model.ToString(), Is.Not.Empty);
                Use(model);
                valid++;
            }
            catch (ModelFileException error)
            {
                long used = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.That(used, Is.LessThan(FixedBytes + (BytesPerByte * file.Length)), $"seed {seed}");
                if (error.Message.Length is 0 or > 2000) Assert.Fail($"seed {seed}: {error.Message}");
                typed++;
                if (resealed && !error.Message.Contains("checksum", StringComparison.Ordinal)) behind++;
            }
            catch (Exception error) when (error is not AssertionException)
            {
                Assert.Fail($"seed {seed}: {error}");
            }
        }

        Assert.That(typed + valid, Is.EqualTo(Mutations));
        Assert.That(valid, Is.GreaterThan(Mutations / 50), "some changes do no harm");
        Assert.That(behind, Is.GreaterThan(Mutations / 5), "the reader behind the checksum was met");
    }

    [Test]
    public void EveryPrefixIsRefused()
    {
        byte[] file = s_files[0];
        for (int length = 0; length < file.Length - 2; length += 1 + (length / 50))
        {
            Assert.That(
                () => SampleModels.Load(file[..length]), Throws.TypeOf<ModelFileException>(), $"{length} bytes");
        }
    }

    [Test]
    public void AListThatClaimsToBeLongTakesNoMemory()
    {
        // A million names would ask for a covariance of 8 terabytes.
        string names = string.Join(",", Enumerable.Repeat("\"x\"", 1_000_000));
        byte[] file = Seal(Regex.Replace(Content(s_files[0]), "\"names\":\\[[^\\]]*\\]", $"\"names\":[{names}]"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => SampleModels.Load(file), Throws.TypeOf<ModelFileException>());
        Assert.That(
            GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(FixedBytes + (BytesPerByte * file.Length)));
    }

    [TestCase("(((", 200_000)]
    [TestCase("x+", 200_000)]
    [TestCase("-", 200_000)]
    public void AFormulaWithoutEndIsRefused(string part, int times)
    {
        string formula = "y ~ " + string.Concat(Enumerable.Repeat(part, times)) + "x + (1 | id)";
        byte[] file = Seal(Regex.Replace(
            Content(s_files[0]), "\"formula\":\"(\\\\.|[^\"])*\"", $"\"formula\":\"{formula}\""));
        Assert.That(() => SampleModels.Load(file), Throws.TypeOf<ModelFileException>());
    }

    [Test]
    public void NestingWithoutEndIsRefused()
    {
        string deep = new string('[', 100_000) + new string(']', 100_000);
        byte[] file = Seal(Content(s_files[0]).Replace("\"schema\":", $"\"deep\":{deep},\"schema\":", StringComparison.Ordinal));
        Assert.That(() => SampleModels.Load(file), Throws.TypeOf<ModelFileException>());
    }

    [Test]
    public void AMemberThatALaterVersionAddsIsSkipped()
    {
        string content = Content(s_files[0]).Replace("\"schema\":", "\"later\":{\"a\":[1,{}]},\"schema\":", StringComparison.Ordinal);
        Assert.That(SampleModels.Bytes(SampleModels.Load(Seal(content))), Is.EqualTo(s_files[0]));
    }

    [Test]
    public void EveryMemberIsNeeded([Values(0, 3)] int number)
    {
        string content = Content(s_files[number]);
        foreach (string name in Members().Matches(content).Select(match => match.Groups[1].Value).Distinct())
        {
            byte[] file = Seal(content.Replace($"\"{name}\":", $"\"no_{name}\":", StringComparison.Ordinal));
            Assert.That(() => SampleModels.Load(file), Throws.TypeOf<ModelFileException>(), name);
        }
    }

    [Test]
    public void NoMemberMayBeNullThatIsNotSo([Values(0, 3)] int number)
    {
        string content = Content(s_files[number]);
        string[] nullable =
            ["message", "log_likelihood", "parameters", "shape", "levels", "mean", "weights", "offset"];
        foreach (string name in Members().Matches(content).Select(match => match.Groups[1].Value).Distinct())
        {
            if (nullable.Contains(name)) continue;
            string changed = Regex.Replace(
                content, $"\"{name}\":(\"(\\\\.|[^\"])*\"|\\[[^\\[\\]]*\\]|true|false|[-0-9.eE+]+|null)", $"\"{name}\":null");
            if (changed == content) continue; // an object, whose members have their turn
            Assert.That(() => SampleModels.Load(Seal(changed)), Throws.TypeOf<ModelFileException>(), name);
        }
    }

    /// <summary>A file around some content, with its checksum.</summary>
    public static byte[] Seal(string content)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(content);
        return
        [
            .. Encoding.UTF8.GetBytes(
                $"{{\"schema\": \"glmm.model/1\", \"sha256\": \"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\", "
                + "\"model\": "),
            .. bytes,
            .. "}\n"u8,
        ];
    }

    /// <summary>The model within a file.</summary>
    public static string Content(byte[] file)
    {
        string text = Encoding.UTF8.GetString(file);
        return text[(text.IndexOf("\"model\": ", StringComparison.Ordinal) + 9)..^2];
    }

    /// <summary>A model that was loaded can be asked anything: it answers, or refuses by a typed error.</summary>
    private static void Use(GlmmModel model)
    {
        try
        {
            if (model.Schema is not null) model.Predict(SampleModels.Table.Rows(0, 7));
            if (model.Fitted.ClusterCount > 0) _ = model.Fitted.Posterior(0).ToString();
        }
        catch (GlmmException)
        {
            // Typed, as it should be.
        }
    }

    private static byte[] Reseal(byte[] file, Random random)
    {
        byte[] content = Encoding.UTF8.GetBytes(Content(file));
        byte[] changed = Mutate(content, random);
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"{{\"schema\": \"glmm.model/1\", \"sha256\": \"{Convert.ToHexStringLower(SHA256.HashData(changed))}\", "
                + "\"model\": "),
            .. changed,
            .. "}\n"u8,
        ];
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        byte[] result = file;
        int changes = random.Next(1, 4);
        for (int i = 0; i < changes; i++)
        {
            result = random.Next(8) switch
            {
                0 => FlipBit(result, random),
                1 => SetByte(result, random),
                2 => Truncate(result, random),
                3 => Duplicate(result, random),
                4 => Remove(result, random),
                5 => Swap(result, random),
                _ => EditNumber(result, random),
            };
        }

        return result;
    }

    private static byte[] FlipBit(byte[] file, Random random)
    {
        byte[] copy = [.. file];
        if (copy.Length > 0) copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return copy;
    }

    private static byte[] SetByte(byte[] file, Random random)
    {
        byte[] copy = [.. file];
        ReadOnlySpan<byte> likely = "{}[]\",:0123456789-+.eE()|~*/^ nulltruefalse\\"u8;
        if (copy.Length > 0) copy[random.Next(copy.Length)] = likely[random.Next(likely.Length)];
        return copy;
    }

    private static byte[] Truncate(byte[] file, Random random) => file[..random.Next(file.Length + 1)];

    private static byte[] Duplicate(byte[] file, Random random)
    {
        (int start, int length) = Piece(file, random);
        return [.. file[..(start + length)], .. file[start..]];
    }

    private static byte[] Remove(byte[] file, Random random)
    {
        (int start, int length) = Piece(file, random);
        return [.. file[..start], .. file[(start + length)..]];
    }

    private static byte[] Swap(byte[] file, Random random)
    {
        (int start, int length) = Piece(file, random);
        int middle = start + (length / 2);
        return [.. file[..start], .. file[middle..(start + length)], .. file[start..middle], .. file[(start + length)..]];
    }

    private static (int Start, int Length) Piece(byte[] file, Random random)
    {
        int start = random.Next(file.Length + 1);
        return (start, Math.Min(file.Length - start, random.Next(1, 1 << random.Next(1, 9))));
    }

    private static byte[] EditNumber(byte[] file, Random random)
    {
        string text = Encoding.Latin1.GetString(file);
        MatchCollection numbers = Numbers().Matches(text);
        if (numbers.Count == 0) return file;
        Match number = numbers[random.Next(numbers.Count)];
        string[] likely =
            ["0", "-1", "1e308", "-1e308", "2147483647", "2147483648", "9223372036854775808", "1e-320", "1e400", "\"NaN\"",
                "null", "1.5", "[]", random.Next(100).ToString(CultureInfo.InvariantCulture)];
        string replacement = likely[random.Next(likely.Length)];
        return Encoding.Latin1.GetBytes(
            text[..number.Index] + replacement + text[(number.Index + number.Length)..]);
    }

    [GeneratedRegex("\"([a-z_]+)\":")]
    private static partial Regex Members();

    [GeneratedRegex("(?<=[:,\\[ ])-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?(?=[,\\]} ])")]
    private static partial Regex Numbers();
}
