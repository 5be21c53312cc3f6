using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>What R said of a model in Reference/inference/fixed-effects.json, and our fit of the same model.</summary>
internal sealed class InferenceReference
{
    private static readonly JsonElement Root = Read();
    private static readonly Dictionary<string, InferenceReference> Cache = [];

    private InferenceReference(string name)
    {
        Expected = Root.GetProperty(name);
        string data = Repository.Data(Expected.GetProperty("data").GetString() + ".csv");
        Frame = ModelFrame.Create(CsvTable.Read(data), Expected.GetProperty("formula").GetString()!, Family.Gaussian);
        Fit = Pql.Fit(Frame.Design, Family.Gaussian, options: new FitOptions
        {
            Criterion = IsRestricted ? EstimationCriterion.Reml : EstimationCriterion.Ml,
            Tolerance = 1e-10,
        });
        Assert.That(Fit.FixedEffects.Select(e => e.Name), Is.EqualTo(Expected.GetProperty("names").EnumerateArray().Select(e => e.GetString())));
    }

    internal static IEnumerable<string> Names => Root.EnumerateObject().Select(p => p.Name);

    internal static IEnumerable<string> RestrictedNames => Root.EnumerateObject().Where(p => p.Value.GetProperty("reml").GetBoolean()).Select(p => p.Name);

    internal JsonElement Expected { get; }

    internal ModelFrame Frame { get; }

    internal PqlFit Fit { get; }

    internal bool IsRestricted => Expected.GetProperty("reml").GetBoolean();

    /// <summary>Rows of the identity but that of the intercept.</summary>
    internal double[,] AllButIntercept
    {
        get
        {
            int p = Fit.FixedEffects.Count;
            var rows = new double[p - 1, p];
            for (int j = 1; j < p; j++) rows[j - 1, j] = 1;
            return rows;
        }
    }

    internal static InferenceReference Of(string name)
    {
        lock (Cache)
        {
            if (!Cache.TryGetValue(name, out InferenceReference? reference)) Cache[name] = reference = new InferenceReference(name);
            return reference;
        }
    }

    /// <summary>Within 1e-5 of the value R printed.</summary>
    internal static void Near(double actual, double expected, string what, double tolerance = 1e-5) =>
        Assert.That(actual, Is.EqualTo(expected).Within(tolerance * Math.Abs(expected)), what);

    private static JsonElement Read()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.Reference("inference", "fixed-effects.json")));
        return document.RootElement.Clone();
    }
}
