using System.Text.Encodings.Web;
using System.Text.Json;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;

namespace Glmm.Sparse.Server;

/// <summary>A model in memory with what every request for it would otherwise make anew. Immutable and thread-safe.
/// </summary>
internal sealed class ServedModel
{
    public ServedModel(string name, GlmmModel model, FileStamp stamp)
    {
        (Name, Model, Stamp) = (name, model, stamp);
        Schema = model.Schema ?? throw new ModelFileException(
            $"The model '{name}' was made without a formula and cannot read rows by name; save one that was made "
            + "from a ModelFrame.");
        Columns = [.. Schema.Columns.Select(static column => new ServedColumn(column))];
        Formula = JsonEncodedText.Encode(Schema.Formula, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        Family = JsonEncodedText.Encode(model.Fitted.Family.Name);
        Link = JsonEncodedText.Encode(model.Fitted.Link.Name);
    }

    public string Name { get; }

    public GlmmModel Model { get; }

    public ModelSchema Schema { get; }

    /// <summary>The columns of data that the model uses.</summary>
    public ServedColumn[] Columns { get; }

    public JsonEncodedText Formula { get; }

    public JsonEncodedText Family { get; }

    public JsonEncodedText Link { get; }

    /// <summary>The file as it was when it was read.</summary>
    public FileStamp Stamp { get; }
}
