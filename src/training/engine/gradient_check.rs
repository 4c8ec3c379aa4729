//! Every layer's gradient against finite differences of its forward pass.

use super::*;

/// A loss that depends on every output: Σ wᵢ outᵢ with fixed weights.
fn weights(len: usize) -> Vec<f32> {
    (0..len).map(|i| ((i * 37 + 11) % 23) as f32 / 11.0 - 1.0).collect()
}

fn loss(values: &[f32]) -> f64 {
    values.iter().zip(weights(values.len())).map(|(v, w)| f64::from(*v) * f64::from(w)).sum()
}

fn filled(batch: usize, height: usize, width: usize, channels: usize, seed: u64) -> Tensor {
    let mut tensor = Tensor::zeros(batch, height, width, channels);
    let mut random = Initializer::new(seed);
    tensor.data.fill_with(|| random.uniform(1.0));
    tensor.clear_halo();
    tensor
}

/// The gradient of [`loss`] with respect to a layer's output.
fn upstream(output: &Tensor) -> Tensor {
    let mut gradient = output.clone();
    gradient.data = weights(output.data.len());
    gradient.clear_halo();
    gradient
}

/// Compares `analytic[i]` with a central difference of `evaluate`, which is given the change of entry `i`.
fn compare(name: &str, analytic: &[f32], indices: &[usize], mut evaluate: impl FnMut(usize, f32) -> f64) {
    let step = 1e-2;
    for &i in indices {
        let difference = (evaluate(i, step) - evaluate(i, -step)) / f64::from(2.0 * step);
        let given = f64::from(analytic[i]);
        let close = (difference - given).abs() <= 1e-2 * (1.0 + difference.abs().max(given.abs()));
        assert!(close, "{name}[{i}]: analytic {given}, by differences {difference}");
    }
}

fn spread(len: usize) -> Vec<usize> {
    (0..12).map(|i| i * (len - 1) / 11).collect()
}

/// Indices of `tensor` outside the halo.
fn inner(tensor: &Tensor) -> Vec<usize> {
    let all: Vec<usize> = (0..tensor.data.len())
        .filter(|i| {
            let column = i / tensor.channels % (tensor.width + 2);
            column > 0 && column <= tensor.width
        })
        .collect();
    spread(all.len()).into_iter().map(|i| all[i]).collect()
}

#[test]
fn convolution() {
    for (kernel, height, has_bias) in [(3, 5, true), (3, 1, false), (1, 4, true)] {
        let input = filled(9, height, 6, 3, 1);
        let mut layer = Convolution::new("conv", kernel, 3, 5, has_bias, &mut Initializer::new(2));
        let (mut output, mut input_gradient) = (Tensor::default(), Tensor::default());
        layer.forward(&input, &mut output);
        layer.backward(&input, &upstream(&output), Some(&mut input_gradient));
        let run = |layer: &Convolution, input: &Tensor| {
            let mut output = Tensor::default();
            layer.forward(input, &mut output);
            loss(&output.data)
        };
        compare("weight", &layer.weight.gradient, &spread(layer.weight.len()), |i, step| {
            let mut changed = layer.clone();
            changed.weight.value[i] += step;
            run(&changed, &input)
        });
        compare("input", &input_gradient.data, &inner(&input), |i, step| {
            let mut changed = input.clone();
            changed.data[i] += step;
            run(&layer, &changed)
        });
        if let Some(bias) = &layer.bias {
            compare("bias", &bias.gradient, &spread(bias.len()), |i, step| {
                let mut changed = layer.clone();
                changed.bias.as_mut().expect("it has one").value[i] += step;
                run(&changed, &input)
            });
        }
    }
}

#[test]
fn convolution_chain() {
    let input = filled(5, 4, 6, 3, 8);
    let mut random = Initializer::new(9);
    let parts = [("inputs", 1, 3, 2), ("core", 3, 2, 4), ("outputs", 1, 4, 5)];
    let layers = parts
        .map(|(name, kernel, inputs, outputs)| Convolution::new(name, kernel, inputs, outputs, false, &mut random));
    let mut chain = ConvolutionChain::new(layers.into());
    let (mut output, mut input_gradient) = (Tensor::default(), Tensor::default());
    chain.forward(&input, &mut output);
    chain.backward(&input, &upstream(&output), Some(&mut input_gradient));
    let run = |mut chain: ConvolutionChain, input: &Tensor| {
        let mut output = Tensor::default();
        chain.forward(input, &mut output);
        loss(&output.data)
    };
    for (layer, (name, ..)) in parts.into_iter().enumerate() {
        let weight = &chain.layers()[layer].weight;
        compare(name, &weight.gradient, &spread(weight.len()), |i, step| {
            let mut changed = chain.clone();
            changed.layers_mut()[layer].weight.value[i] += step;
            run(changed, &input)
        });
    }
    compare("input", &input_gradient.data, &inner(&input), |i, step| {
        let mut changed = input.clone();
        changed.data[i] += step;
        run(chain.clone(), &changed)
    });
}

#[test]
fn a_convolution_equals_the_sum_over_its_window() {
    let input = filled(2, 4, 5, 2, 3);
    let layer = Convolution::new("conv", 3, 2, 3, false, &mut Initializer::new(4));
    let mut output = Tensor::default();
    layer.forward(&input, &mut output);
    let at = |t: &Tensor, n: usize, y: i64, x: i64, c: usize| {
        if y < 0 || y >= t.height as i64 {
            return 0.0;
        }
        t.data[n * t.image_len() + y as usize * t.row_len() + (x + 1) as usize * t.channels + c]
    };
    for (n, y, x, out) in [(0, 0, 0, 0), (1, 3, 4, 2), (1, 2, 2, 1), (0, 0, 4, 1)] {
        let mut sum = 0.0;
        for (ky, kx, c) in (0..3).flat_map(|ky| (0..3).flat_map(move |kx| (0..2).map(move |c| (ky, kx, c)))) {
            sum += at(&input, n, y + ky as i64 - 1, x + kx as i64 - 1, c)
                * layer.weight.value[((ky * 3 + kx) * 2 + c) * 3 + out];
        }
        assert!((at(&output, n, y, x, out) - sum).abs() < 1e-5);
    }
}

#[test]
fn normalized_activation() {
    // Channels are taken in blocks where they fill them, else one by one.
    for (pooling, (is_frozen, channels)) in [Pooling::None, Pooling::Rows, Pooling::Both]
        .into_iter()
        .flat_map(|pooling| [(false, 2), (true, 2), (false, 32), (true, 32)].map(|rest| (pooling, rest)))
    {
        let input = filled(3, 4, 6, channels, 5);
        let mut layer = NormalizedActivation::new("norm", channels, pooling);
        let in_turn = |values: [f32; 2]| values.repeat(channels / 2);
        layer.is_frozen = is_frozen;
        layer.running_mean = in_turn([0.1, -0.2]);
        layer.running_variance = in_turn([0.6, 1.7]);
        layer.scale.value = in_turn([0.7, -1.3]);
        layer.shift.value = in_turn([0.2, -0.1]);
        let (mut output, mut input_gradient) = (Tensor::default(), Tensor::default());
        layer.forward_training(&input, &mut output);
        layer.backward(&input, &upstream(&output), &mut input_gradient);
        let run = |layer: &NormalizedActivation, input: &Tensor| {
            let mut output = Tensor::default();
            layer.clone().forward_training(input, &mut output);
            loss(&output.data)
        };
        // The step crosses few kinks of maximum and activation; those that it crosses are within the tolerance's reach
        // only with a small step.
        let step = 1e-3;
        let check = |name: &str, analytic: &[f32], indices: &[usize], evaluate: &dyn Fn(usize, f32) -> f64| {
            let agreeing = indices
                .iter()
                .filter(|&&i| {
                    let difference = (evaluate(i, step) - evaluate(i, -step)) / f64::from(2.0 * step);
                    (difference - f64::from(analytic[i])).abs() <= 2e-2 * (1.0 + difference.abs())
                })
                .count();
            assert!(
                agreeing + 1 >= indices.len(),
                "{pooling:?} {name}, frozen {is_frozen}: {agreeing} of {} agree",
                indices.len()
            );
        };
        check("scale", &layer.scale.gradient, &[0, 1], &|i, step| {
            let mut changed = layer.clone();
            changed.scale.value[i] += step;
            run(&changed, &input)
        });
        check("shift", &layer.shift.gradient, &[0, 1], &|i, step| {
            let mut changed = layer.clone();
            changed.shift.value[i] += step;
            run(&changed, &input)
        });
        check("input", &input_gradient.data, &inner(&input), &|i, step| {
            let mut changed = input.clone();
            changed.data[i] += step;
            run(&layer, &changed)
        });
    }
}

/// Picks one of a layer's parameters.
type Pick = fn(&mut BidirectionalLstm) -> &mut Parameter;

#[test]
fn lstm_and_linear() {
    // Cells are taken in blocks where they fill them, else one by one.
    for cells in [4, 32] {
        lstm_and_linear_with(cells);
    }
}

fn lstm_and_linear_with(cells: usize) {
    let (n_steps, batch, inputs) = (5, 2, 3);
    let mut random = Initializer::new(6);
    let input: Vec<f32> = (0..n_steps * batch * inputs).map(|_| random.uniform(1.0)).collect();
    let mut lstm = BidirectionalLstm::new("lstm", inputs, cells, &mut random);
    let mut linear = Linear::new("linear", 2 * cells, 3, &mut random);
    let run = |lstm: &BidirectionalLstm, linear: &Linear, input: &[f32]| {
        let (mut hidden, mut output) = (Vec::new(), Vec::new());
        lstm.clone().forward(input, batch, &mut hidden);
        linear.forward(&hidden, &mut output);
        loss(&output)
    };
    let (mut hidden, mut output) = (Vec::new(), Vec::new());
    lstm.forward(&input, batch, &mut hidden);
    linear.forward(&hidden, &mut output);
    let (mut hidden_gradient, mut input_gradient) = (Vec::new(), Vec::new());
    linear.backward(&hidden, &weights(output.len()), &mut hidden_gradient);
    lstm.backward(&input, batch, &hidden_gradient, &mut input_gradient);

    compare("input", &input_gradient, &spread(input.len()), |i, step| {
        let mut changed = input.clone();
        changed[i] += step;
        run(&lstm, &linear, &changed)
    });
    compare("linear weight", &linear.weight.gradient, &spread(linear.weight.len()), |i, step| {
        let mut changed = linear.clone();
        changed.weight.value[i] += step;
        run(&lstm, &changed, &input)
    });
    let picks: [(&str, Pick); 6] = [
        ("forward input", |l| &mut l.forward_direction.input_weight),
        ("forward recurrent", |l| &mut l.forward_direction.recurrent_weight),
        ("forward bias", |l| &mut l.forward_direction.bias),
        ("backward input", |l| &mut l.backward_direction.input_weight),
        ("backward recurrent", |l| &mut l.backward_direction.recurrent_weight),
        ("backward bias", |l| &mut l.backward_direction.bias),
    ];
    for (name, pick) in picks {
        let gradient = pick(&mut lstm.clone()).gradient.clone();
        compare(name, &gradient, &spread(gradient.len()), |i, step| {
            let mut changed = lstm.clone();
            pick(&mut changed).value[i] += step;
            run(&changed, &linear, &input)
        });
    }
}
