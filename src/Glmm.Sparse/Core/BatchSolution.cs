using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Core;

/// <summary>
/// What is known of eight clusters once they are solved at one Λ; whoever made it owns what it points to.
/// </summary>
internal unsafe struct BatchSolution
{
    /// <summary>A, packed.</summary>
    internal Vector512<double>* A;

    /// <summary>B, p×q row by row.</summary>
    internal Vector512<double>* B;

    /// <summary>L of M = I + ΛᵀAΛ, packed.</summary>
    internal Vector512<double>* Factor;

    /// <summary>1/l_jj, q vectors.</summary>
    internal Vector512<double>* Reciprocals;

    /// <summary>z̄; where the step in u was taken, z − Bᵀδ.</summary>
    internal Vector512<double>* Score;

    /// <summary>u where the step in u was taken, else null.</summary>
    internal Vector512<double>* Spherical;

    /// <summary>Λᵀ, q².</summary>
    internal double* TransposedLambda;

    /// <summary>Λ⁻¹, q², or null where Λ is not well conditioned.</summary>
    internal double* InverseLambda;
}
