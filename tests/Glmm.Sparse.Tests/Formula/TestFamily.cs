using Glmm.Sparse.Families;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>A family that says no more than a formula needs to know.</summary>
internal sealed class TestFamily(string name) : Family
{
    public static TestFamily Binomial { get; } = new("binomial");

    public static TestFamily Gaussian { get; } = new("gaussian");

    public static TestFamily Poisson { get; } = new("poisson");

    public override string Name => name;

    public override Link DefaultLink => throw new NotSupportedException();

    public override bool EstimatesDispersionByDefault => name is not ("binomial" or "poisson");

    public override bool IsBinomial => name is "binomial" or "quasibinomial";

    public override string ResponseDomain => "any number";

    public override bool IsValidResponse(double response) => true;
}
