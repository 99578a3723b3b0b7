import BackpropArrays
import BackpropNeuralNetworks

extension Module {
  /// The parameters and buffers by name, as they are now and as PyTorch has them: a `Linear`'s weight
  /// is of shape (outputs, inputs).
  public var stateDictionary: StateDictionary {
    var result = StateDictionary()
    result.metadata[WeightLayout.versionKey] = LibraryVersion.current
    // What two modules share is turned once, and is one array under both names.
    var known: [SharedWeight: StoredArray] = [:]
    for weight in namedWeights {
      let source = SharedWeight(identity: weight.identity, layout: weight.fileLayout)
      let array =
        known[source]
        ?? StoredArray(WeightLayout.outputsInputs.turned(weight.array, weight.fileLayout))
      known[source] = array
      result.set(weight.name, array)
    }
    return result
  }

  /// An array of a file that belongs to a parameter, such as what an optimizer remembers of it, as it
  /// lies in memory.
  ///
  /// - Parameters:
  ///   - array: the array as PyTorch has it.
  ///   - name: the parameter.
  package func array(ofFile array: NDArray, like name: String) -> NDArray {
    let layout = namedWeights.first { $0.name == name }?.fileLayout ?? .asIs
    return WeightLayout.outputsInputs.turned(array, layout)
  }

  /// Replaces the parameters and buffers by those of `state`: each name must be there, with the right
  /// shape, and no other.
  ///
  /// Numbers of another floating-point type become that of the parameter, and whole numbers that of
  /// the buffer: a file of `F16` or `BF16` weights loads into a `float32` model, which computes with
  /// them as `float32`. Whole numbers for fractions, or the other way round, do not fit.
  ///
  /// A parameter with two names, as one that two layers share, needs one of them in the file; where
  /// both are there, they must say the same.
  ///
  /// - Parameters:
  ///   - state: the arrays of a file.
  ///   - layout: how matrices of weights lie; `nil` takes what the file tells
  ///     (``StateDictionary/layout``).
  ///   - strict: `false` takes what fits and leaves the other parameters as they are.
  /// - Returns: what was loaded, and what did not fit.
  /// - Throws: `WeightFileError` with the report (``WeightFileError/Reason/doesNotFit(_:)``) if
  ///   anything does not fit; no parameter is then changed. Never if not `strict`.
  @discardableResult
  public func load(
    _ state: StateDictionary, layout: WeightLayout? = nil, strict: Bool = true
  ) throws -> WeightReport {
    let matching = WeightMatching(self, state, layout: layout ?? state.layout)
    if strict && !matching.report.isComplete {
      throw WeightFileError(.doesNotFit(matching.report), file: state.file)
    }
    for (weight, array) in matching.values { weight.array = array }
    return matching.report
  }

  /// Replaces the parameters and buffers by those of a weight file; see ``load(_:layout:strict:)``.
  ///
  /// ```swift
  /// try model.load(from: "theirs.safetensors") { name in
  ///   name == "step" ? nil : name.replacing("fc", with: "layers.")
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - path: the file, in any of the formats that are read.
  ///   - key: which part of the file is meant: see ``StateDictionary/init(contentsOf:key:copying:)``.
  ///   - layout: how its matrices lie; `nil` asks the file.
  ///   - strict: whether all must fit; what fits is taken otherwise.
  ///   - renaming: what an array of the file is called in this model; `nil` leaves it out. For
  ///     prefixes see ``StateDictionary/removingPrefix(_:)``.
  /// - Throws: `FileError` or `WeightFileError`; no parameter is then changed.
  @discardableResult
  public func load(
    from path: String, key: String? = nil, layout: WeightLayout? = nil, strict: Bool = true,
    renaming: ((String) -> String?)? = nil
  ) throws -> WeightReport {
    var state = try StateDictionary(contentsOf: path, key: key)
    if let renaming { state = try state.renamed(renaming) }
    return try load(state, layout: layout, strict: strict)
  }

  /// Writes the parameters and buffers to a safetensors file, with PyTorch's names and layouts: whole
  /// or not at all.
  ///
  /// - Parameters:
  ///   - path: the file; one that is there is replaced.
  ///   - metadata: texts that go with them. The version of this library is added under `backprop`.
  /// - Throws: `FileError`.
  public func save(to path: String, metadata: [String: String] = [:]) throws {
    var state = stateDictionary
    state.metadata.merge(metadata) { own, _ in own }
    try state.write(to: path)
  }
}

/// A parameter or buffer as it lies in files, whatever it is called.
private struct SharedWeight: Hashable {
  let identity: ObjectIdentifier
  let layout: ParameterLayout
}
