namespace Glmm.Sparse.Formula;

/// <summary>
/// The constants of every <c>scale()</c>: taken from the data when a model is fitted, and held from then on. Not
/// thread-safe while they are taken.
/// </summary>
internal sealed class ScaleConstants
{
    private readonly Dictionary<string, ScaleConstant> _byExpression = new(StringComparer.Ordinal);

    /// <summary>Constants yet to be taken from data.</summary>
    public ScaleConstants()
    {
    }

    /// <summary>Constants of a model, which no data change.</summary>
    public ScaleConstants(IEnumerable<ScaleConstant> constants)
    {
        AreHeld = true;
        foreach (ScaleConstant constant in constants) _byExpression.Add(constant.Expression, constant);
    }

    /// <summary>The data at hand are new rows for a model, not those that it is fitted to.</summary>
    public bool AreHeld { get; }

    /// <summary>The constants in order of first use.</summary>
    public IReadOnlyList<ScaleConstant> All => [.. _byExpression.Values];

    /// <summary>The constants of a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="compute">Takes them from the data, where they are not held.</param>
    /// <exception cref="InvalidModelDataException">They are held, and this call is not among them.</exception>
    public ScaleConstant Of(Expression.FunctionCall call, Func<ScaleConstant> compute)
    {
        string key = call.ToString();
        if (_byExpression.TryGetValue(key, out ScaleConstant? constant)) return constant;
        if (AreHeld)
            throw new InvalidModelDataException($"The model does not hold the mean and deviation of {key}; fit it anew.");
        constant = compute();
        _byExpression.Add(key, constant);
        return constant;
    }
}
