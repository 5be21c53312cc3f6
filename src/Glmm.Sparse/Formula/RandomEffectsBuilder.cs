using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Formula;

/// <summary>Makes the columns of Z and the structure of their covariance.</summary>
internal static class RandomEffectsBuilder
{
    /// <summary>Makes Z and D for some terms, which are independent of each other.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="matrix">Makes columns.</param>
    /// <param name="kind">The structure of each term.</param>
    /// <param name="formula">The formula as written, for messages.</param>
    public static (List<DesignColumn> Columns, CovarianceStructure Covariance, List<RandomBlock> Blocks) Build(
        IReadOnlyList<RandomTerm> terms, DesignMatrixBuilder matrix, CovarianceKind kind, string formula)
    {
        var columns = new List<DesignColumn>();
        var structures = new List<CovarianceStructure>();
        var independent = new List<RandomBlock>();
        foreach (RandomTerm term in terms)
        {
            List<DesignColumn>[] blocks = [.. Blocks(term).Select(matrix.Build)];
            if (term.Uncorrelated && blocks.Length > 1 && kind == CovarianceKind.CompoundSymmetry)
            {
                throw new FormulaException(
                    "|| asks for uncorrelated random effects, compound symmetry for equally correlated ones; write | "
                    + "or choose another structure.", formula, term.Position);
            }

            columns.AddRange(blocks.SelectMany(block => block));
            structures.Add(Structure([.. blocks.Select(block => block.Count)], kind));
            // Only an unstructured covariance leaves the parts of a term independent; any other spans them all.
            independent.AddRange(kind == CovarianceKind.Unstructured
                ? blocks.Select(block => Block(kind, block))
                : [Block(kind, blocks.SelectMany(block => block))]);
        }

        CovarianceStructure covariance =
            structures.Count == 1 ? structures[0] : CovarianceStructure.DirectSum([.. structures]);
        return (columns, covariance, independent);
    }

    /// <summary>The columns of Z alone.</summary>
    public static List<DesignColumn> Columns(IReadOnlyList<RandomTerm> terms, DesignMatrixBuilder matrix) =>
        [.. terms.SelectMany(Blocks).SelectMany(matrix.Build)];

    /// <summary>
    /// The correlated parts of a term: all of it, or with <c>||</c> its intercept and each of its terms alone, so that
    /// the levels of a factor stay correlated, as in lme4.
    /// </summary>
    private static IEnumerable<TermList> Blocks(RandomTerm term)
    {
        if (!term.Uncorrelated) return [term.Terms];
        IEnumerable<TermList> alone = term.Terms.Terms.Select(effect => new TermList(false, [effect], []));
        return term.Terms.HasIntercept ? alone.Prepend(new TermList(true, [], [])) : alone;
    }

    private static RandomBlock Block(CovarianceKind kind, IEnumerable<DesignColumn> columns) =>
        new(kind, [.. columns.Select(column => column.Name)]);

    private static CovarianceStructure Structure(int[] blocks, CovarianceKind kind)
    {
        int dimension = blocks.Sum();
        return kind switch
        {
            CovarianceKind.Identity => CovarianceStructure.Identity(dimension),
            CovarianceKind.Diagonal => CovarianceStructure.Diagonal(dimension),
            CovarianceKind.CompoundSymmetry => CovarianceStructure.CompoundSymmetry(dimension),
            CovarianceKind.Unstructured when blocks.Length == 1 => CovarianceStructure.Unstructured(dimension),
            CovarianceKind.Unstructured when blocks.All(size => size == 1) => CovarianceStructure.Diagonal(dimension),
            CovarianceKind.Unstructured =>
                CovarianceStructure.DirectSum([.. blocks.Select(CovarianceStructure.Unstructured)]),
            _ => throw new InvalidModelOptionException($"There is no covariance structure '{kind}'."),
        };
    }
}
