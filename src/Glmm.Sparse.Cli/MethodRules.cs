using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>
/// Which methods, families and options go together. The library refuses the same; here it is before any data are read,
/// and in the words of the command line.
/// </summary>
internal static class MethodRules
{
    /// <summary>Whether a method maximises a true likelihood.</summary>
    public static bool HasLikelihood(EstimationMethod method) =>
        method is EstimationMethod.Laplace or EstimationMethod.Aghq;

    /// <exception cref="InvalidModelOptionException">They do not go together.</exception>
    public static void Require(EstimationMethod method, Family family, FitOptions options)
    {
        string name = ContractNames.Of(method);
        if (HasLikelihood(method)) RequireLikelihood(name, family, options);
        else RequireQuasiLikelihood(name, family);
    }

    private static void RequireQuasiLikelihood(string method, Family family)
    {
        if (family.Shape is { } shape && family.Theta is null)
        {
            throw new InvalidModelOptionException(
                $"Family {family} cannot be fitted by method {method}, which knows a mean and a variance but no "
                + $"{shape.Name}; use --method laplace or aghq.");
        }

        if (family.Shape is { IsEstimated: true })
        {
            throw new InvalidModelOptionException(
                $"Family {family} needs its size theta with method {method}, which cannot estimate it; give --theta "
                + "as a number above 0, or use --method laplace or aghq.");
        }
    }

    private static void RequireLikelihood(string method, Family family, FitOptions options)
    {
        if (!family.HasLikelihood)
        {
            throw new InvalidModelOptionException(
                $"Family {family} has no likelihood for method {method} to maximise; use --method pql or mql, or a "
                + "family that has one.");
        }

        if (options.Criterion == EstimationCriterion.Reml)
        {
            throw new InvalidModelOptionException(
                $"--criterion reml belongs to methods pql and mql, {method} maximises the likelihood itself; use ml or "
                + "leave --criterion out.");
        }

        DispersionOption dispersion = options.Dispersion;
        bool isOne = dispersion.IsDefault || dispersion is { IsEstimated: false, Value: 1 };
        if (!family.EstimatesDispersionByDefault && !isOne)
        {
            throw new InvalidModelOptionException(
                $"--dispersion must be 1 for family {family} with method {method}, for with any other it is no "
                + "probability distribution; leave --dispersion out, or choose a family with a parameter for it.");
        }

        if (options.Curvature == Curvature.Expected && family.Name == "negative-binomial-1")
        {
            throw new InvalidModelOptionException(
                $"--curvature expected cannot be had for family {family}, whose expected information has no closed "
                + "form; use observed or leave --curvature out.");
        }
    }
}
