namespace Glmm.Sparse.Results;

/// <summary>What the end of a profile likelihood interval is.</summary>
public enum ProfileBound
{
    /// <summary>There the likelihood ratio reaches its critical value.</summary>
    Crossing,

    /// <summary>The end of what the parameter can be (0 for a standard deviation, ±1 for a correlation): the likelihood
    /// ratio does not reach its critical value on this side.</summary>
    ParameterLimit,

    /// <summary>The likelihood ratio levels off below its critical value, however far one goes: the bound is
    /// infinite, or 0 for a dispersion or a shape.</summary>
    Unbounded,

    /// <summary>The likelihood could not be maximised on the way to the bound, which is not known.</summary>
    NotFound,
}
