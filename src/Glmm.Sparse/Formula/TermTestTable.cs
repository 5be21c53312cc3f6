using Glmm.Sparse.Results;

namespace Glmm.Sparse.Formula;

/// <summary>A Wald test for each term of the fixed effects: an analysis of variance. Immutable.</summary>
/// <param name="Kind">What is tested, such as <c>type III</c>.</param>
/// <param name="Method">Covariance and degrees of freedom in words.</param>
/// <param name="Tests">A test for each term, the intercept left out, in the formula's order.</param>
public sealed record TermTestTable(string Kind, string Method, IReadOnlyList<JointTest> Tests)
{
    /// <summary>The test of a term.</summary>
    /// <param name="term">The term as R spells it.</param>
    /// <exception cref="InvalidModelOptionException">There is no such term.</exception>
    public JointTest this[string term] =>
        Tests.FirstOrDefault(test => test.Name == term) ?? throw new InvalidModelOptionException(
            $"There is no term '{term}'; the model has {string.Join(", ", Tests.Select(test => test.Name))}.");

    /// <summary>The tests in a table, under a line that says where its numbers come from.</summary>
    public override string ToString()
    {
        bool normal = Tests.All(test => test.IsChiSquare);
        var table = new TextTable();
        table.Add(["", normal ? "χ²" : "F", "df", "denominator df", "p"]);
        foreach (JointTest test in Tests)
        {
            table.Add([
                test.Name, FixedEffectText.Number(test.Statistic),
                FixedEffectText.Number(test.NumeratorDegreesOfFreedom),
                FixedEffectText.Number(test.DenominatorDegreesOfFreedom), FixedEffectText.Probability(test.PValue),
            ]);
        }

        return $"Tests of terms, {Kind}: {Method}\n{table.Text(0)}";
    }
}
