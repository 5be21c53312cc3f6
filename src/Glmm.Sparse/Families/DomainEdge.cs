namespace Glmm.Sparse.Families;

/// <summary>Whether a response sits where only a mean at the very edge of its domain would fit it perfectly.</summary>
public enum DomainEdge
{
    /// <summary>The mean can equal the response.</summary>
    Interior,

    /// <summary>At the lower edge: y = 0 for counts and proportions.</summary>
    Lower,

    /// <summary>At the upper edge: y = 1 for proportions.</summary>
    Upper,
}
