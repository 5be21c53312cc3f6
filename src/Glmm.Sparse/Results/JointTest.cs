namespace Glmm.Sparse.Results;

/// <summary>A Wald test of several contrasts of the fixed effects together, H₀: Lα = 0. Immutable.</summary>
/// <param name="Name">What is tested, such as a term of the formula.</param>
/// <param name="Statistic">F; or χ² where the denominator's degrees of freedom are infinite.</param>
/// <param name="NumeratorDegreesOfFreedom">The rank of L.</param>
/// <param name="DenominatorDegreesOfFreedom">Those of F; infinite for χ².</param>
/// <param name="PValue">The p-value, exact in the far tail.</param>
/// <param name="Scale">What F was multiplied by, λ of Kenward and Roger; 1 for other methods.</param>
public sealed record JointTest(
    string Name, double Statistic, int NumeratorDegreesOfFreedom, double DenominatorDegreesOfFreedom, double PValue,
    double Scale = 1)
{
    /// <summary>Whether the statistic is χ² rather than F.</summary>
    public bool IsChiSquare => double.IsPositiveInfinity(DenominatorDegreesOfFreedom);

    /// <summary>Name, statistic, degrees of freedom and p-value in a line.</summary>
    public override string ToString() => FixedEffectText.Line(this);
}
