namespace Glmm.Sparse.Formula;

/// <summary>
/// What the calls of a formula take from data: taken when a model is fitted, and held from then on. Not thread-safe
/// while they are taken.
/// </summary>
internal sealed class DataConstants
{
    private readonly Dictionary<string, DataConstant> _byExpression = new(StringComparer.Ordinal);

    /// <summary>Constants yet to be taken from data.</summary>
    /// <param name="order">All rows of the table in the order in which they are summed; null for the table's.</param>
    public DataConstants(int[]? order = null) => Order = order;

    /// <summary>Constants of a model, which no data change.</summary>
    public DataConstants(IEnumerable<DataConstant> constants)
    {
        AreHeld = true;
        foreach (DataConstant constant in constants) _byExpression.Add(constant.Expression, constant);
    }

    /// <summary>The data at hand are new rows for a model, not those that it is fitted to.</summary>
    public bool AreHeld { get; }

    /// <summary>All rows of the table in the order in which they are summed; null for the table's.</summary>
    public int[]? Order { get; }

    /// <summary>The constants in order of first use.</summary>
    public IReadOnlyList<DataConstant> All => [.. _byExpression.Values];

    /// <summary>The constants of a call.</summary>
    /// <param name="call">The call as R spells it.</param>
    /// <param name="compute">Takes them from the data, where they are not held.</param>
    /// <exception cref="InvalidModelDataException">They are held, and this call is not among them.</exception>
    public T Of<T>(string call, Func<T> compute)
        where T : DataConstant
    {
        if (_byExpression.TryGetValue(call, out DataConstant? constant))
        {
            return constant as T ?? throw new InvalidModelDataException(
                $"What the model holds of {call} is of another kind; fit it anew.");
        }

        if (AreHeld)
        {
            throw new InvalidModelDataException(
                $"The model does not hold what {call} took from its data; fit it anew.");
        }

        T taken = compute();
        _byExpression.Add(call, taken);
        return taken;
    }
}
