using System.Globalization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Model;

/// <summary>Checks a design against a family before anything is fitted; what merely deserves a word is a
/// warning.</summary>
internal static class DesignValidation
{
    private const int BlockRows = 4096;

    // The derivatives in D take memory that grows with the fourth power of q.
    private const int MostRandomEffects = 32;

    /// <summary>Checks the shape, the response and the weights row by row, then the clusters.</summary>
    /// <param name="design">The design.</param>
    /// <param name="family">The family.</param>
    /// <param name="estimatesDispersion">Whether φ is to be estimated.</param>
    /// <param name="team">The threads that look at the rows.</param>
    /// <param name="warnings">Receives what the user should know.</param>
    /// <returns>What is known of the response.</returns>
    /// <exception cref="InvalidModelDataException">The data cannot be fitted; the message says which and
    /// why.</exception>
    internal static ResponseFacts Check(
        ClusteredDesign design, Family family, bool estimatesDispersion, WorkerTeam team, List<string> warnings)
    {
        int n = design.Observations;
        if (n == 0) throw new InvalidModelDataException("The design has no rows; nothing can be fitted.");
        if (design.RandomEffects.Count > MostRandomEffects)
        {
            throw new InvalidModelDataException(
                $"There are {design.RandomEffects.Count} random effects per cluster of '{design.Clusters.Name}'; " +
                $"at most " +
                $"{MostRandomEffects} are supported. A factor with many levels belongs in the grouping, as in (1 " +
                $"| factor).");
        }

        ResponseFacts facts = CheckRows(design, family, team);
        CheckClusters(design, family, estimatesDispersion, facts, warnings);
        if (design.FrequencyTotal <= design.FixedEffects.Count)
        {
            throw new InvalidModelDataException(
                $"There are {design.FixedEffects.Count} fixed effects for {design.FrequencyTotal} rows; take fixed " +
                $"effects out or add rows.");
        }

        return facts;
    }

    // Blocks of rows side by side; of several faults the first is named.
    private static ResponseFacts CheckRows(ClusteredDesign design, Family family, WorkerTeam team)
    {
        int n = design.Observations, blocks = (n + BlockRows - 1) / BlockRows;
        var facts = new ResponseFacts[blocks];
        team.Run(blocks, new PartitionedAction(block =>
        {
            int start = block * BlockRows, count = Math.Min(BlockRows, n - start);
            var rows = new int[count];
            ReadOnlySpan<double> y = design.Response.Slice(start, count, rows, new double[count]);
            ReadOnlySpan<double> omega = design.RowWeights is null
                ? []
                : design.RowWeights.Slice(start, count, rows, new double[count]);
            facts[block] = ResponseFacts.Of(family, y, omega, design.PriorWeights is not null);
            if (facts[block].FirstFault < 0) return;
            int at = facts[block].FirstFault;
            throw Fault(design, family, start + at, y[at], omega.IsEmpty ? 1 : omega[at]);
        }));
        ResponseFacts all = default;
        foreach (ref readonly ResponseFacts block in facts.AsSpan()) all = all.And(block);
        RequireVariation(all, design.Response.Name, family);
        return all;
    }

    /// <summary>Refuses a response that leaves nothing to estimate.</summary>
    internal static void RequireVariation(in ResponseFacts facts, string name, Family family)
    {
        if (facts.AllLower || facts.AllUpper || (facts.IsConstant && family.EstimatesDispersionByDefault))
        {
            throw new InvalidModelDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The response '{name}' is {facts.First} in every row, which leaves nothing to " +
                $"estimate; check " +
                $"that it is the right column."));
        }
    }

    /// <summary>Says what is wrong with a row whose response or weight cannot be.</summary>
    internal static InvalidModelDataException Fault(
        ClusteredDesign design, Family family, int row, double response, double weight)
    {
        if (!family.IsValidResponse(response)) return OutsideDomain(design, family, row, response);
        if (ResponseFacts.RequiresTrials(family, design.PriorWeights is not null) && response is not (0 or 1))
            return WithoutTrials(design, row, response);
        return new InvalidModelDataException(string.Create(
            CultureInfo.InvariantCulture,
            $"The weight '{design.PriorWeights?.Name}' is {weight} in {design.RowLabel(row)}; weights must be " +
            $"finite and above 0 (leave a row out rather than weighting it 0)."));
    }

    private static void CheckClusters(
        ClusteredDesign design, Family family, bool estimatesDispersion, ResponseFacts facts, List<string> warnings)
    {
        var sizes = new int[design.Clusters.Count];
        double[]? frequencies = design.Frequencies?.ToArray();
        ReadOnlySpan<int> codes = design.Clusters.Codes.Span;
        for (int row = 0; row < codes.Length; row++)
        {
            if ((uint)codes[row] < (uint)sizes.Length)
                sizes[codes[row]] += frequencies is null ? 1 : (int)frequencies[row];
        }

        int[] used = [.. sizes.Where(size => size > 0)];
        string name = design.Clusters.Name;
        if (used.Length < 2)
        {
            throw new InvalidModelDataException(
                $"The grouping factor '{name}' has {used.Length} level in the rows used; a random effect needs " +
                $"at least 2. " +
                "Group by another column, or fit a model without random effects.");
        }

        int q = design.RandomEffects.Count, largest = used.Max();
        if (family.HasConstantVariance && estimatesDispersion && largest <= q)
        {
            throw new InvalidModelDataException(
                $"Every cluster of '{name}' has at most {Count(largest, "row")} for {Count(q, "random effect")}, " +
                $"so the random " +
                $"effects cannot be " +
                "told from the residual error; use fewer random effects or a coarser grouping factor.");
        }

        if (design is { HasSamplingWeights: true, Frequencies: null } && IsConstantWithin(design))
        {
            warnings.Add(
                $"The sampling weights '{design.Counts!.Column.Name}' are the same in all rows of every cluster of " +
                $"'{name}': scaled within clusters they change no estimate, and that clusters themselves were " +
                $"sampled with unequal probabilities is not modelled.");
        }

        if (largest == 1)
        {
            warnings.Add(
                $"Every cluster of '{name}' has one row: the random effects act as overdispersion, and their " +
                $"variance rests on the " +
                "family's variance function alone.");
        }
    }

    // Scaling is by one factor a cluster, so scaled weights are alike where those given were.
    private static bool IsConstantWithin(ClusteredDesign design)
    {
        double[] counts = design.Counts!.Column.ToArray(), first = new double[design.Clusters.Count];
        ReadOnlySpan<int> codes = design.Clusters.Codes.Span;
        for (int row = 0; row < counts.Length; row++)
        {
            ref double seen = ref first[codes[row]];
            if (seen == 0) seen = counts[row];
            else if (Math.Abs(seen - counts[row]) > 1e-12 * seen) return false;
        }

        return true;
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    private static InvalidModelDataException OutsideDomain(
        ClusteredDesign design, Family family, int row, double value) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"The response '{design.Response.Name}' is {value} in {design.RowLabel(row)}; the {family.Name} " +
            $"family needs " +
            $"{family.ResponseDomain}. Mend the value or choose another family."));

    private static InvalidModelDataException WithoutTrials(ClusteredDesign design, int row, double value) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"The response '{design.Response.Name}' is {value} in {design.RowLabel(row)}, a proportion without " +
            $"its number of " +
            $"trials; give the trials as weights, or write the response as cbind(successes, failures)."));
}
