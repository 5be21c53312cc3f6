using Glmm.Sparse.Formula;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.ScoreTests;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>The columns that terms add to a model, and the model without them on the rows where they are
/// known.</summary>
internal sealed class AddedColumns
{
    private readonly DesignColumn[] _columns;

    private AddedColumns(ModelFrame without, string formula, DesignColumn[] columns, IReadOnlyList<string> warnings) =>
        (Null, Formula, _columns, Warnings) = (without, formula, columns, warnings);

    /// <summary>The model without the terms.</summary>
    public ModelFrame Null { get; }

    /// <summary>Its formula.</summary>
    public string Formula { get; }

    /// <summary>Names of the added columns.</summary>
    public IReadOnlyList<string> Names => [.. _columns.Select(static column => column.Name)];

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads the data of a request.</summary>
    /// <exception cref="GlmmException">The data or a term is wrong.</exception>
    public static AddedColumns Read(TestRequest request, CommandConsole console)
    {
        ModelRequest model = request.Model;
        RefuseKnown(model.Formula, request.Added);
        var full = ModelFormula.Parse($"{model.Formula} + {string.Join(" + ", request.Added)}");
        (ColumnTable table, ModelFrame own) = model.Read(request.Data, [full], console);
        ModelFrame frame = ModelFrame.Create(table, full, model.Family, model.FrameOptions);
        HashSet<string> names = [.. own.Design.FixedEffects.Select(static column => column.Name)];
        ILookup<bool, DesignColumn> split = frame.Design.FixedEffects.ToLookup(column => names.Contains(column.Name));
        if (split[true].Count() != names.Count || frame.Design.RandomEffects.Count != own.Design.RandomEffects.Count)
        {
            throw new InvalidModelOptionException(
                "--add must leave the columns of the formula as they are: add main effects before their interactions, "
                + "and no random effects.");
        }

        if (!split[false].Any())
        {
            throw new InvalidModelOptionException(
                "--add names nothing that the formula has not; name another term.");
        }

        ClusteredDesign design = Without(frame.Design, [.. split[true]]);
        int dropped = frame.RowsDroppedMissing - own.RowsDroppedMissing;
        return new AddedColumns(
            frame with { Design = design }, own.Formula, [.. split[false]],
            dropped == 0
                ? frame.Warnings
                : [.. frame.Warnings, $"Rows left out because a value of an added term is missing: {dropped}."]);
    }

    /// <summary>Refuses a term that the formula has, or that is named twice: nothing would be left to test.</summary>
    private static void RefuseKnown(string formula, IReadOnlyList<string> added)
    {
        string before = ModelFormula.Parse(formula).Canonical;
        foreach ((int i, string term) in added.Index())
        {
            string with = ModelFormula.Parse($"{formula} + {term}").Canonical;
            if (with == before)
            {
                throw new InvalidModelOptionException(
                    $"--add {term}: the formula has it already; leave this --add out, or take the term out of the "
                    + "formula to test it.");
            }

            if (added.Take(i).Any(other => ModelFormula.Parse($"{formula} + {other}").Canonical == with))
                throw new InvalidModelOptionException($"--add {term} is given twice; leave one of them out.");
        }
    }

    /// <summary>Tests each column against a fit of the model without them.</summary>
    public IReadOnlyList<ScoreScanResult> Test(PqlFit fit, CancellationToken cancellation) =>
        ScoreScan.Create(fit, Null.Design).Run(
            _columns.Length,
            (index, values) => _columns[index].Gather([.. Enumerable.Range(0, values.Length)], values),
            cancellationToken: cancellation);

    private static ClusteredDesign Without(ClusteredDesign design, DesignColumn[] kept)
    {
        if (design.HasSamplingWeights)
        {
            throw new InvalidModelOptionException(
                "--sampling-weights do not go with --add, for a score test takes no account of them; leave one of them "
                + "out.");
        }

        var without = ClusteredDesign.Create(
            design.Response, kept, design.RandomEffects, design.Clusters, design.PriorWeights, design.Offset,
            design.Covariance, design.RowLabel);
        return design.Frequencies is { } frequencies ? without.WithFrequencies(frequencies) : without;
    }
}
