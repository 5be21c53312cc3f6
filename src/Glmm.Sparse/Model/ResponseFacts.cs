using Glmm.Sparse.Families;

namespace Glmm.Sparse.Model;

/// <summary>
/// What one look at the response, beside its weights, tells; additive, so that blocks of rows can be looked at side by
/// side. A value that cannot be is left to the caller to name: the scan stops there.
/// </summary>
internal record struct ResponseFacts
{
    private bool _any;

    /// <summary>First row, counted from the start of the block, whose response or weight cannot be; −1 if there is
    /// none.</summary>
    internal int FirstFault { get; private set; }

    /// <summary>The first value.</summary>
    internal double First { get; private set; }

    /// <summary>Every response is 0 or 1, and its weight 1.</summary>
    internal bool IsBinary { get; private set; }

    /// <summary>Every response is the same number.</summary>
    internal bool IsConstant { get; private set; }

    /// <summary>Every response lies at the lower edge of the mean's domain.</summary>
    internal bool AllLower { get; private set; }

    /// <summary>Every response lies at its upper edge.</summary>
    internal bool AllUpper { get; private set; }

    /// <summary>Σω.</summary>
    internal double Weight { get; private set; }

    /// <summary>Σωy.</summary>
    internal double WeightedSum { get; private set; }

    /// <summary>Σy².</summary>
    internal double Squares { get; private set; }

    /// <summary>Whether the response must be 0 or 1, there being no trials.</summary>
    internal static bool RequiresTrials(Family family, bool hasWeights) =>
        family.IsBinomial && !hasWeights && !family.EstimatesDispersionByDefault;

    /// <summary>Looks at a block of rows.</summary>
    /// <param name="family">The family.</param>
    /// <param name="y">The responses.</param>
    /// <param name="omega">The weights, or empty.</param>
    internal static ResponseFacts Of(Family family, ReadOnlySpan<double> y, ReadOnlySpan<double> omega)
    {
        bool trialsRequired = RequiresTrials(family, !omega.IsEmpty);
        double first = y.IsEmpty ? 0 : y[0], weight = 0, sum = 0, squares = 0;
        bool binary = family.IsBinomial, constant = true, lower = true, upper = true;
        for (int i = 0; i < y.Length; i++)
        {
            double value = y[i], w = omega.IsEmpty ? 1 : omega[i];
            bool edge = value is 0 or 1;
            bool possible = family.IsValidResponse(value) && (edge || !trialsRequired);
            if (!possible || !(w > 0 && double.IsFinite(w))) return new ResponseFacts { FirstFault = i, _any = true };
            binary &= edge && w == 1;
            constant &= value == first;
            DomainEdge at = family.ResponseEdge(value);
            lower &= at == DomainEdge.Lower;
            upper &= at == DomainEdge.Upper;
            weight += w;
            sum += w * value;
            squares += value * value;
        }

        return new ResponseFacts
        {
            _any = !y.IsEmpty,
            FirstFault = -1,
            First = first,
            IsBinary = binary,
            IsConstant = constant,
            AllLower = lower,
            AllUpper = upper,
            Weight = weight,
            WeightedSum = sum,
            Squares = squares,
        };
    }

    /// <summary>Adds the rows that follow.</summary>
    internal readonly ResponseFacts And(in ResponseFacts next)
    {
        if (!_any) return next;
        return this with
        {
            IsBinary = IsBinary && next.IsBinary,
            IsConstant = IsConstant && next.IsConstant && First == next.First,
            AllLower = AllLower && next.AllLower,
            AllUpper = AllUpper && next.AllUpper,
            Weight = Weight + next.Weight,
            WeightedSum = WeightedSum + next.WeightedSum,
            Squares = Squares + next.Squares,
        };
    }
}
