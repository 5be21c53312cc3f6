namespace Glmm.Sparse.Prediction;

/// <summary>What an interval is to cover.</summary>
public enum IntervalKind
{
    /// <summary>No interval is asked for.</summary>
    None,

    /// <summary>What is predicted itself, on its own scale: Wald's interval of the linear predictor, its ends
    /// transformed.</summary>
    Confidence,

    /// <summary>A new response of the row.</summary>
    Prediction,
}
