using CsCheck;
using Glmm.Sparse.Formula;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

[TestFixture]
internal sealed class ParserPropertyTests
{
    private static readonly Gen<string> Name = Gen.OneOf<string>(
        "x", "y2", ".a", "b_c", "`my x`", "TRUE", "'text'", "3", "1.5e-3", "2L");

    private static readonly Gen<string> Words = Gen.OneOf<string>(
        "y", "~", "+", "-", "*", "/", "^", ":", "|", "||", "&", "!", "(", ")", ",", "log", "I(", "(1 | id)", "2",
        "'", "`", " ", "x",
        "offset(", "cbind(", "<=", "==", "#", "é", "0", "\n");

    /// <summary>Expressions as text, fully parenthesised here and there.</summary>
    private static Gen<string> Expression(int depth) => depth == 0
        ? Name
        : Gen.OneOf<string>(
            (IGen<string>[])[
            Name,
            Gen.Select(
                Expression(depth - 1), Gen.OneOf<string>("+", "-", "*", "/", "^", "==", "<", "&", "|"),
                Expression(depth - 1), Join),
            Expression(depth - 1).Select(inner => $"( {inner})"),
            Expression(depth - 1).Select(inner => $"-{inner}"),
            Expression(depth - 1).Select(inner => $"(!{inner})"),
            Gen.Select(
                Expression(depth - 1), Gen.OneOf<string>("log", "exp", "abs"),
                (inner, function) => $"{function}( {inner})"),
            ]);

    private static string Join(string left, string infix, string right) =>
        infix is "==" or "<" ? $"(({left}){infix}({right}))" : $"{left} {infix}{right}";

    [Test]
    public void CanonicalFormIsAFixedPoint() => Expression(4)
        .Sample(
            expression =>
            {
                string canonical = ModelFormula.Parse($"y ~ I({expression}) + (1 | id)").ToString();
                return ModelFormula.Parse(canonical).ToString() == canonical;
            },
            iter: 5_000);

    [Test]
    public void AnyTextParsesOrThrowsFormulaException() => Words.Array[0, 15]
        .Sample(
            words =>
            {
                try
                {
                    ModelFormula.Parse(string.Concat(words));
                }
                catch (FormulaException error)
                {
                    return error.Position >= 0 && error.Position <= error.Formula.Length;
                }

                return true;
            },
            iter: 20_000);
}
