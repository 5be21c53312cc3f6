namespace Glmm.Sparse.Families;

/// <summary>A link given by three functions.</summary>
internal sealed class CustomLink(
    string name, Func<double, double> link, Func<double, double> inverse, Func<double, double> derivative)
    : Link(name, LinkKind.Custom)
{
    /// <summary>g⁻¹.</summary>
    public Func<double, double> InverseOf { get; } = inverse;

    /// <summary>dμ/dη at η.</summary>
    public Func<double, double> DerivativeAt { get; } = derivative;

    /// <inheritdoc/>
    public override double Apply(double mean) => link(mean);
}
